"""Amounts and addresses in sentences."""

import re
from urllib.parse import urlsplit

MINUTE, HOUR, KILO = 60, 3600, 1000
_LONGEST_PLACE = 160
_LOGIN = re.compile(r"\A([^/?#]*//)[^/?#]*@")


def lasting(seconds: float) -> str:
    """40 ms, 3.2 s, 48 s, 3 min 08 s, 2 h 06 min; without what is nought. Of full seconds, as in the lists."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{f'{seconds:.1f}'.removesuffix('.0')} s"
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min" + (f" {whole % MINUTE:02d} s" if whole % MINUTE else "")
    return f"{whole // HOUR} h" + (f" {whole % HOUR // MINUTE:02d} min" if whole % HOUR >= MINUTE else "")


def size_words(amount: float) -> str:
    """640 B, 12 kB, 1.2 MB."""
    for unit in ("B", "kB", "MB"):
        if amount < KILO:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= KILO
    return f"{amount:.1f} GB"


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def shortened(text: str, length: int) -> str:
    """On one line, cut where it is longer."""
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def place_words(url: str, before: str = "") -> str:
    """What of an address a reader needs: its host only where it is another than that of the address before.

    Never its login: without the scheme, nobody who covers secrets sees that it is one.
    """
    url, before = without_login(url), without_login(before)
    try:
        parts, other = urlsplit(url), urlsplit(before)
    except ValueError:
        return shortened(url, _LONGEST_PLACE)
    if parts.scheme not in ("http", "https", "ws", "wss"):
        return shortened(url.partition(",")[0], _LONGEST_PLACE)
    rest = url.partition("://")[2][len(parts.netloc) :] or "/"
    return shortened(rest if parts.netloc == other.netloc else parts.netloc + rest, _LONGEST_PLACE)


def without_login(url: str) -> str:
    return _LOGIN.sub(r"\1", url, count=1)
