"""The one place where secrets are covered in a text, an address, a header, a body or a JSON value.

It errs on the side of covering: a word too many is read elsewhere, a password shown is out.
"""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

import msgspec

from .binary import binary_fields
from .cookies import cover_cookies, cover_set_cookie
from .forms import is_form, lines_of
from .lookalikes import sub_certain, sub_lookalikes
from .names import holds_secret, is_secret_header, is_secret_name
from .phrases import cover_phrases, cover_said
from .recurring import Typed

#: Good in an address, a cookie, a header and a JSON text alike.
MASK = "***"
_URL = re.compile(r"([^:/?#]+:)?(//[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_URL_IN_TEXT = re.compile(
    r"\b(?:https?|wss?|ftp)://[^\s\"'<>`\\]+|\bdata:[\w./+-]{0,60}[;,][^\s\"'<>`\\]+", re.IGNORECASE
)
_HEADER_LINE = re.compile(
    r"(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie2?|x-[a-z-]{0,60}(?:key|token|auth|secret))"
    r"(\"?\s{0,9}[:=]\s{0,9})([^\r\n]+)",
    re.IGNORECASE,
)
#: Shorter than any token, or of one kind: nothing but what was typed is to be found in it. Most values are such.
_PLAIN = re.compile(r"[A-Za-z0-9_.,-]{0,8}|[a-z]*|[0-9]{0,14}")
_STATIC = re.compile(
    r"\.(?:js|mjs|css|map|png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp4|webm|wasm|html?)$", re.I
)
_SCHEMES = frozenset(("basic", "bearer", "digest", "negotiate", "ntlm", "hawk", "token", "apikey"))
#: Random by their nature, and of no use to anybody who has them.
_HARMLESS_HEADERS = frozenset(
    "etag if-none-match sec-websocket-accept sec-websocket-key x-cache-key x-idempotency-key x-surrogate-key".split()
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{200,}={0,2}")
_PART = re.compile(r"(.*?\r?\n\r?\n)(.*?)((?:\r?\n)?)", re.DOTALL)
_NAME_OF_PART = re.compile(r"\bname=(?:\"([^\"]*)\"|([^\s\";]+))")
_DEEPEST = 4  # JSON in a text in JSON, addresses in addresses …
_MOST_ENCODED = 4
_decode = msgspec.json.decode


class Cover:
    """Covers what one log gives away; `typed` is what was typed in it."""

    def __init__(self, typed: frozenset[str] = frozenset()) -> None:
        self._typed = Typed(typed)
        # The same few addresses and header values come thousands of times.
        self.url = lru_cache(maxsize=20_000)(self._url)
        self.name = lru_cache(maxsize=20_000)(self._name)
        self.header = lru_cache(maxsize=20_000)(self._header)

    covers = True

    def text(self, text: str, depth: int = 0) -> str:
        """Whatever it is: words, an address, JSON, a form."""
        if _PLAIN.fullmatch(text):
            return self._typed.sub(text, MASK)
        if (
            depth < _DEEPEST
            and text.lstrip()[:1] in ("{", "[")
            and (covered := self._json_text(text, depth)) is not None
        ):
            return covered
        text = _HEADER_LINE.sub(rf"\1\2{MASK}", cover_said(text, MASK))
        return self._words(text) if depth >= _DEEPEST else self._words_and_addresses(text, depth)

    def _words_and_addresses(self, text: str, depth: int) -> str:
        parts, done = [], 0
        for found in _URL_IN_TEXT.finditer(text):
            parts += [self._words(text[done : found.start()]), self.url(found.group(), depth)]
            done = found.end()
        return "".join([*parts, self._words(text[done:])])

    def _words(self, text: str) -> str:
        """A text without addresses."""
        return self._typed.sub(sub_lookalikes(cover_phrases(text, MASK), MASK), MASK)

    def _name(self, name: str) -> str:
        """Of a field, a parameter, a header, a key."""
        return name if _PLAIN.fullmatch(name) else self._typed.sub(sub_lookalikes(name, MASK), MASK)

    def field(self, name: str, value: str, depth: int = 0, times: int = 1) -> str:
        """The value of a form's field, a parameter, a key. An address in it can be encoded again and again; in those
        within that one it is not tried anew.
        """
        covered, plainer = self._field(name, value, depth + 1), unquote(value)
        if covered != value or plainer == value or times == _MOST_ENCODED or depth:
            return covered
        covered = self.field(name, plainer, depth, times + 1)
        return value if covered == plainer else quote(covered, safe="*")

    def _field(self, name: str, value: str, depth: int) -> str:
        if value and (holds_secret(name, value) or self._typed.is_typed(value)):
            return MASK
        return self.text(value, depth)

    def body(self, text: str, mime_type: str = "") -> str:
        """What was sent or came back."""
        if text.lstrip()[:1] in ("{", "["):
            return self.text(text)
        if is_form(text):
            return "".join(self._query(line) for line in lines_of(text))
        if "x-www-form-urlencoded" in mime_type.lower():
            return self._query(text)
        if "multipart/" in mime_type.lower() or text.startswith("--"):
            return self._multipart(text)
        return self.text(text)

    def value(self, name: str, value: Any, depth: int = 0) -> Any:
        """A JSON value that stands under this name, with all that is in it."""
        if isinstance(value, dict):
            return self._object(name, value, depth)
        if isinstance(value, list):
            return [self.value(name, entry, depth) for entry in value]
        if isinstance(value, str):
            return self._leaf(name, value, depth)
        return MASK if is_number(value) and is_secret_name(name) else value

    def everything(self, value: Any) -> Any:
        """All texts and numbers in it, whatever they say."""
        if isinstance(value, dict):
            return {self.name(key): self.everything(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.everything(inner) for inner in value]
        return MASK if (isinstance(value, str) and value) or is_number(value) else value

    def _object(self, name: str, value: dict[str, Any], depth: int) -> dict[str, Any]:
        pair = label_of(value) if "value" in value else None
        if name.lower().endswith("headers") and pair is None:
            return {
                self.name(key): self.header(key, inner) if isinstance(inner, str) else self.value(key, inner, depth)
                for key, inner in value.items()
            }
        covered = {self.name(key): self.value(key, inner, depth) for key, inner in value.items()}
        if "value" in value and (name.lower().endswith("cookies") or name == "cookie"):
            covered["value"] = MASK
        elif is_secret_name(name) and not name.lower().endswith("cookies") and name != "cookie":
            return {self.name(key): self.everything(inner) for key, inner in value.items()}
        elif pair is not None:
            covered["value"] = self._named(pair, value["value"], depth)
        return covered | {key: self.everything(value[key]) for key in binary_fields(name, value) if key in value}

    def _named(self, label: str, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.header(label, value)
        return self.everything(value) if is_secret_header(label) else self.value(label, value, depth)

    def _leaf(self, name: str, value: str, depth: int) -> str:
        if name.lower() in ("headerstext", "requestheaderstext"):
            return "\n".join(self._header_line(line) for line in value.split("\n"))
        if value and (holds_secret(name, value) or self._typed.is_typed(value)):
            return MASK
        if _BASE64.fullmatch(value):
            return MASK
        if name in ("postData", "body"):
            return self.body(value)
        return self.url(value, depth) if _URL_IN_TEXT.match(value) and " " not in value else self.text(value, depth + 1)

    def _json_text(self, text: str, depth: int) -> str | None:
        try:
            value = _decode(text)
            covered = self.value("", value, depth + 1)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            return None
        return text if covered == value else msgspec.json.encode(covered).decode()

    def _url(self, url: str, depth: int = 0) -> str:
        found = _URL.fullmatch(url)
        scheme, authority, path, query, fragment = (part or "" for part in found.groups()) if found else ("",) * 5
        if scheme.lower() == "data:":
            return f"{url.partition(',')[0][:100]},{MASK}"
        if scheme and not authority:
            return scheme + (path if scheme.lower() == "blob:" else self.text(url[len(scheme) :], depth + 1))
        covered = scheme + self._authority(authority) + "/".join(self._segment(part, depth) for part in path.split("/"))
        if query:
            covered += "?" + self._query(query[1:], depth)
        return covered + ("#" + self._query(fragment[1:], depth) if fragment else "")

    def _authority(self, authority: str) -> str:
        login, sign, host = authority.removeprefix("//").rpartition("@")
        host = sub_certain(host, MASK)
        if not sign:
            return f"//{host}" if authority else ""
        return f"//{MASK}:{MASK}@{host}" if ":" in login else f"//{MASK}@{host}"

    def _segment(self, segment: str, depth: int) -> str:
        name, sign, rest = segment.partition(";")
        if sign:
            return f"{self._segment(name, depth)};{self._query(rest, depth)}"
        plain = unquote(segment)
        covered = plain if _STATIC.search(plain) else sub_lookalikes(plain, MASK)
        covered = self._typed.sub(covered, MASK)
        return segment if covered == plain else quote(covered, safe="*@:!$&'()+,=~")

    def _query(self, query: str, depth: int = 0) -> str:
        parts = re.split(r"([&;])", query)
        return "".join(part if part in "&;" else self._parameter(part, depth) for part in parts if part)

    def _parameter(self, part: str, depth: int) -> str:
        name, sign, value = part.partition("=") if "=" in part else ("", "", part)
        plain_name, plain = unquote_plus(name), unquote_plus(value)
        shown, covered = self.name(plain_name), self.field(plain_name, plain, depth)
        name = name if shown == plain_name else quote(shown, safe="*")
        return name + sign + (value if covered == plain else quote(covered, safe="*"))

    def _header(self, name: str, value: str) -> str:
        lower = name.lower()
        if lower == "set-cookie":
            return "\n".join(cover_set_cookie(line, MASK) for line in value.split("\n"))
        if lower == "cookie":
            return cover_cookies(value, MASK)
        if lower in _HARMLESS_HEADERS:
            return value
        if is_secret_header(name):
            scheme, space, _ = value.partition(" ")
            return f"{scheme} {MASK}" if space and scheme.lower() in _SCHEMES else MASK
        if lower == "sec-websocket-protocol" and (first := value.partition(",")[0]).strip().lower() in _SCHEMES:
            return f"{first}, {MASK}"
        return self.url(value) if "://" in value or lower in (":path", "location", "referer") else self.field("", value)

    def _header_line(self, line: str) -> str:
        name, sign, value = line.partition(":")
        return f"{self.name(name)}{sign} {self.header(name, value.strip())}" if sign and name else self.text(line)

    def _multipart(self, text: str) -> str:
        """Each part by its name; a file's content is nobody's to read here."""
        boundary = text.split("\n", 1)[0].strip()
        return boundary.join(self._part(part) for part in text.split(boundary)) if boundary else self.text(text)

    def _part(self, part: str) -> str:
        found = _PART.fullmatch(part)
        name = _NAME_OF_PART.search(found[1]) if found else None
        if not found or not name:
            return self.text(part)
        head, content, ending = found.groups()
        return head + (MASK if "filename=" in head else self.field(name[1] or name[2], content)) + ending


def label_of(value: dict[str, Any]) -> str | None:
    """The name that stands beside a value, in a field of its own or one level deeper."""
    label = value.get("name", value.get("key"))
    label = label.get("value") if isinstance(label, dict) else label
    return label if isinstance(label, str) else None


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Uncovered(Cover):
    """Shows everything: for somebody whose asking is on the record."""

    covers = False

    def __init__(self) -> None:
        pass

    def text(self, text: str, depth: int = 0) -> str:
        return text

    def field(self, name: str, value: str, depth: int = 0, times: int = 1) -> str:
        return value

    def body(self, text: str, mime_type: str = "") -> str:
        return text

    def value(self, name: str, value: Any, depth: int = 0) -> Any:
        return value

    def everything(self, value: Any) -> Any:
        return value

    def url(self, url: str, depth: int = 0) -> str:  # type: ignore[override]
        return url

    def header(self, name: str, value: str) -> str:  # type: ignore[override]
        return value

    def name(self, name: str) -> str:  # type: ignore[override]
        return name
