"""Headers as the protocol gives them: an object, whose values hold several of the same name on lines of their own."""

from typing import Any

from sessions_app.inspector.log.values import object_in

#: Name and value, in the order they came, one pair for each line that was sent.
Headers = list[tuple[str, str]]


def headers_of(*sources: dict[str, Any]) -> Headers:
    """Of the first source each name it has, of the others what is missing. Never split at a comma."""
    headers: Headers = []
    seen: set[str] = set()
    for source in sources:
        told = [(name, value) for name, value in source.items() if isinstance(value, str | int | float)]
        headers += [(name, line) for name, value in told if name.lower() not in seen for line in str(value).split("\n")]
        seen |= {name.lower() for name, _ in told}
    return headers


def headers_in(values: dict[str, Any] | None, name: str = "headers") -> dict[str, Any]:
    return object_in(values, name)


def value_of(headers: Headers, name: str) -> str:
    """The first value of this name, in whatever case; "" where there is none."""
    return next((value for other, value in headers if other.lower() == name), "")
