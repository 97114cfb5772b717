"""Where the base URL of an account may lead.

Whoever may enter an account enters a URL that our servers then call. So unless it is allowed, nothing private can be
reached by it: neither by a literal address nor by a name, and a name is looked up and judged again at every new
connection. Plain http would send the key readable, so it is for private addresses only.
"""

import ipaddress
import queue
import re
import socket
import threading

import httpx

from .decoding import excerpt
from .errors import BadBaseUrl, PrivateAddress, Timeout, UpstreamDown

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?\.?")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOOK_UP_S = 3.0


def check_base_url(url: str, allow_private: bool = False) -> str:
    """The base URL in its normal form (lower-case host, path prefix kept, no slash at the end), for forms and commands.

    Raises BadBaseUrl, or its subclass PrivateAddress, with words for the person who entered it. A host name is looked
    up (at most 3 s); one that cannot be looked up now passes, as the connection will judge it.
    """
    normal = normal_base_url(url, allow_private)
    parsed = httpx.URL(normal)
    secure = parsed.scheme == "https"
    try:
        addresses = look_up(parsed.host, parsed.port or (443 if secure else 80), _LOOK_UP_S)
    except UpstreamDown:
        return normal
    for address in addresses:
        refuse_address(parsed.host, address, secure, allow_private)
    return normal


def normal_base_url(url: str, allow_private: bool) -> str:
    """As check_base_url, without looking a name up: what can be said about the text alone."""
    parsed = _parse(url.strip())
    host = parsed.raw_host.decode("ascii")
    if "%" not in host and (literal := literal_address(host)):
        refuse_address(host, literal, parsed.scheme == "https", allow_private)
    elif not _HOST_NAME.fullmatch(host):
        raise BadBaseUrl(f"The base URL's host {excerpt(host)!r} is not a host name.", sent=False)
    elif parsed.scheme == "http" and not allow_private:
        raise BadBaseUrl("The base URL must begin with https://, or the API key would travel readable.", sent=False)
    port = f":{parsed.port}" if parsed.port not in (None, {"https": 443, "http": 80}[parsed.scheme]) else ""
    shown_host = f"[{host}]" if ":" in host else host
    return f"{parsed.scheme}://{shown_host}{port}{parsed.raw_path.decode('ascii')}".rstrip("/")


def refuse_address(host: str, address: Address, secure: bool, allow_private: bool) -> None:
    """Raise unless this address, to which the host leads, may be called. `secure` says https."""
    public = _is_public(address)
    if not public and not allow_private:
        raise PrivateAddress(
            f"The base URL's host {excerpt(host)} leads to the private address {address}, "
            "which only SIGHTGLASS_ALLOW_PRIVATE_UPSTREAM=1 allows.",
            sent=False,
        )
    if public and not secure:
        raise BadBaseUrl("The base URL must begin with https://, or the API key would travel readable.", sent=False)


def look_up(host: str, port: int, timeout_s: float) -> list[Address]:
    """Every address of the host, in the resolver's order. Raises UpstreamDown, or Timeout after `timeout_s`.

    getaddrinfo knows no time limit, so it runs in a thread that is left behind when it takes too long.
    """
    if literal := literal_address(host):
        return [literal]
    answers: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_ask_resolver(host, port)), daemon=True, name="look-up").start()
    try:
        found = answers.get(timeout=max(timeout_s, 0))
    except queue.Empty:
        found = []
    if found is None:
        raise UpstreamDown(f"The host name {excerpt(host)} cannot be looked up.", sent=False)
    if not found:
        raise Timeout(f"Looking up the host name {excerpt(host)} took longer than {timeout_s:.1f} s.", sent=False)
    return [ipaddress.ip_address(text) for text in found]


def _ask_resolver(host: str, port: int) -> list[str] | None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _parse(url: str) -> httpx.URL:
    if len(url) > 2000 or not url.isprintable() or any(char in url for char in " \\?#"):
        raise BadBaseUrl("The base URL must be a plain address without spaces, \\, ? or #.", sent=False)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise BadBaseUrl("The base URL is not a URL.", sent=False) from None
    if parsed.scheme not in ("https", "http"):
        raise BadBaseUrl("The base URL must begin with https://", sent=False)
    if not parsed.host or parsed.port == 0 or (parsed.port or 0) > 65535:
        raise BadBaseUrl("The base URL needs a host, and a port between 1 and 65535 if any.", sent=False)
    if parsed.userinfo or "@" in url.split("//", 1)[1].split("/", 1)[0]:
        raise BadBaseUrl("The base URL must not hold a user name or password.", sent=False)
    return parsed


def literal_address(host: str) -> Address | None:
    """The address a host text stands for without any look-up: also the old spellings 127.1, 0x7f000001 and
    2130706433.
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except (OSError, UnicodeError):
        return None


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return _is_public(inner)
    return address.is_global and not address.is_multicast
