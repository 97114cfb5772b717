"""What the script does on each kind of page, and when: for the live view's pointer, the log and the recordings alike.

Moments are shares of the time for which the page is shown.
"""

from dataclasses import dataclass, replace
from typing import Any

from simulator.scripts import Page


@dataclass(frozen=True, slots=True)
class Pointing:
    """The pointer goes to an element, and clicks it if `clicks`. `aim` is its data-aim in static/pages.js."""

    at: float
    aim: str
    words: str
    """What a person would call the element: the words on it, or the label of a field."""
    tag: str = "button"
    clicks: bool = True


@dataclass(frozen=True, slots=True)
class Typing:
    """Text appears in a field. `way` is how it is typed: by `keys`, as inserted `text`, or by a call that `fills`."""

    begins: float
    ends: float
    field: str
    label: str
    text: str
    way: str = "text"
    is_secret: bool = False


Step = Pointing | Typing


def typing(
    begins: float, ends: float, field: str, label: str, text: str, way: str = "text", is_secret: bool = False
) -> list[Step]:
    """A click into the field, then the text."""
    return [
        Pointing(begins, field, label, "input"),
        Typing(begins, ends, field, label, text, way, is_secret),
    ]


SIGN_IN = [
    *typing(0.12, 0.42, "user", "User name", "robot-07", "keys"),
    *typing(0.48, 0.78, "secret", "Password", "only-a-simulated-secret", is_secret=True),
    Pointing(0.9, "go", "Sign in"),
]
FORM = [
    *typing(0.08, 0.25, "reference", "Reference", "REF-2026-11-0418"),
    *typing(0.3, 0.42, "from", "Valid from", "1 December 2026", "keys"),
    *typing(0.48, 0.58, "amount", "Amount", "1 284.50"),
    *typing(0.62, 0.84, "remarks", "Remarks", "Filed by the nightly run.", "fills"),
    Pointing(0.92, "go", "Send"),
]
CHECKOUT = [
    *typing(0.08, 0.25, "mail", "E-mail", "buyer@test.example"),
    *typing(0.28, 0.45, "street", "Street and number", "12 Harbour Road"),
    *typing(0.48, 0.58, "town", "Town", "Port Ellery", "fills"),
    *typing(0.62, 0.82, "card", "Card number", "4000 0000 0000 0000", "keys"),
    Pointing(0.9, "go", "Pay now"),
]
BY_KIND: dict[str, list[Step]] = {
    "product": [Pointing(0.35, "size-M", "M", "span"), Pointing(0.8, "go", "Add to cart")],
    "cart": [Pointing(0.8, "go", "Check out")],
    "checkout": CHECKOUT,
    "done": [Pointing(0.85, "go", "Continue")],
    "results": [
        Pointing(0.4, "first", "{item}: a survey", "a", clicks=False),
        Pointing(0.85, "first", "{item}: a survey", "a"),
    ],
    "article": [],
    "table": [Pointing(0.4, "first", "{item} D", "tr", clicks=False), Pointing(0.85, "go", "Export")],
    "login": SIGN_IN,
    "form": FORM,
}


def steps_on(page: Page, item: str) -> list[Step]:
    """In order of time, about `item`."""
    if page.kind == "search":
        return [*typing(0.15, 0.7, "find", "Search", item.lower(), "keys"), Pointing(0.88, "go", "Search")]
    if page.kind == "grid" and "search" in page.path:
        return [Pointing(0.3, "first", item, "a", clicks=False), Pointing(0.85, "first", item, "a")]
    if page.kind == "grid":
        return [*typing(0.2, 0.7, "find", "Search", item, "keys"), Pointing(0.85, "go", "Search")]
    return [about(step, item) for step in BY_KIND[page.kind]]


def about(step: Step, item: str) -> Step:
    return replace(step, words=step.words.format(item=item)) if isinstance(step, Pointing) else step


def drawn(step: Step) -> dict[str, Any]:
    """As static/live.js plays it. A secret shows as dots, as in any browser."""
    if isinstance(step, Pointing):
        return {"at": step.at, "aim": step.aim, "click": step.clicks}
    shown = "•" * len(step.text) if step.is_secret else step.text
    return {"from": step.begins, "to": step.ends, "type": step.field, "text": shown}
