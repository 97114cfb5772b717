"""Cookies of a request and of its answer."""

from email.utils import parsedate_to_datetime
from typing import Any

from sessions_app.inspector.network.headers import Headers
from sessions_app.inspector.secrets import Cover


def cookies_sent(headers: Headers, cover: Cover) -> list[dict[str, Any]]:
    lines = [cover.header(name, value) for name, value in headers if name.lower() == "cookie"]
    pairs = [pair.strip().partition("=") for line in lines for pair in line.split(";") if pair.strip()]
    return [{"name": name if sign else "", "value": value if sign else name} for name, sign, value in pairs]


def cookies_set(headers: Headers, cover: Cover) -> list[dict[str, Any]]:
    return [cookie_set(cover.header(name, value)) for name, value in headers if name.lower() == "set-cookie"]


def cookie_set(line: str) -> dict[str, Any]:
    pair, *rest = line.split(";")
    name, sign, value = pair.strip().partition("=")
    cookie: dict[str, Any] = {"name": name if sign else "", "value": value if sign else name}
    attributes = {key.strip().lower(): value.strip() for key, _, value in (part.partition("=") for part in rest)}
    cookie |= {name: attributes[name] for name in ("path", "domain") if attributes.get(name)}
    if expires := iso_date(attributes.get("expires", "")):
        cookie["expires"] = expires
    cookie |= {"httpOnly": "httponly" in attributes, "secure": "secure" in attributes}
    return cookie | ({"sameSite": attributes["samesite"]} if attributes.get("samesite") else {})


def iso_date(text: str) -> str:
    """Fri, 01 Jan 2027 00:00:00 GMT, also with dashes, as ISO; "" for what is no date."""
    try:
        return parsedate_to_datetime(text).isoformat().replace("+00:00", "Z")
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
