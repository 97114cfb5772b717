"""Cookies: names and attributes stay, values go."""

_ATTRIBUTES = frozenset(("domain", "expires", "max-age", "partitioned", "path", "priority", "samesite"))
_FLAGS = frozenset(("httponly", "partitioned", "sameparty", "secure"))


def cover_cookies(value: str, mask: str) -> str:
    """A Cookie header: `sid=***; theme=***`."""
    return ";".join(_covered_pair(pair, mask) for pair in value.split(";"))


def cover_set_cookie(value: str, mask: str) -> str:
    """One Set-Cookie line: of its value only the mask is left, and of attributes that no browser knows."""
    pair, *attributes = value.split(";")
    return ";".join([_covered_pair(pair, mask), *(_covered_attribute(attribute, mask) for attribute in attributes)])


def _covered_pair(pair: str, mask: str) -> str:
    """A cookie without a name is a value."""
    name, sign, _ = pair.partition("=")
    if not sign:
        return mask if pair.strip() else pair
    return f"{name}={mask}"


def _covered_attribute(attribute: str, mask: str) -> str:
    name = attribute.partition("=")[0].strip().lower()
    is_known = name in _ATTRIBUTES if "=" in attribute else name in _FLAGS or not name
    return attribute if is_known else _covered_pair(attribute, mask)
