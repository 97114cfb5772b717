"""What the script does on a page, in the commands by which automation libraries do it.

An element is found and described first, so that a reader of the log can tell what was clicked.
"""

from collections.abc import Callable
from random import Random

from simulator.cdp import Target, id_from
from simulator.steps import Pointing, Step, Typing
from simulator.visits import Visit

WIDTH, HEIGHT = 1280, 800
FIELD_TYPES = {"secret": "password", "mail": "email", "find": "search"}


def tell_steps(tab: Target, visit: Visit) -> None:
    """All that were done before the page was left."""
    for step in visit.steps:
        begins = visit.at(step.at if isinstance(step, Pointing) else step.begins + 0.01)
        if begins < visit.ends:
            tell(tab, visit, step, begins)


def tell(tab: Target, visit: Visit, step: Step, at: float) -> None:
    if isinstance(step, Typing):
        WAYS[step.way](tab, visit, step, at)
    else:
        point(tab, step, at)


def point(tab: Target, step: Pointing, at: float) -> None:
    thing = find(tab, step.tag, step.aim, step.words, at)
    x, y = place_of(tab, step.aim)
    tab.command(at + 0.02, "DOM.scrollIntoViewIfNeeded", {}, objectId=thing)
    quad = [x - 60, y - 18, x + 60, y - 18, x + 60, y + 18, x - 60, y + 18]
    tab.command(at + 0.025, "DOM.getContentQuads", {"quads": [quad]}, objectId=thing)
    mouse(tab, at + 0.03, "mouseMoved", x, y)
    if step.clicks:
        mouse(tab, at + 0.05, "mousePressed", x, y, button="left", clickCount=1)
        mouse(tab, at + 0.09, "mouseReleased", x, y, button="left", clickCount=1)


def find(tab: Target, tag: str, aim: str, words: str, at: float) -> str:
    """The object id of the element, once its selector was asked for and it was described."""
    selector, thing = f'{tag}[data-aim="{aim}"]', id_from(tab.loader_id, aim)
    found = {"type": "object", "subtype": "node", "className": class_name(tag), "description": selector}
    tab.command(
        at,
        "Runtime.evaluate",
        {"result": found | {"objectId": thing}},
        expression=f"document.querySelector({selector!r})",
        contextId=3,
    )
    tab.command(at + 0.01, "DOM.describeNode", {"node": node(tag, aim, words)}, objectId=thing, depth=1)
    return thing


def class_name(tag: str) -> str:
    names = {"button": "Button", "input": "Input", "a": "Anchor", "tr": "TableRow", "span": "Span"}
    return f"HTML{names[tag]}Element"


def node(tag: str, aim: str, words: str) -> dict[str, object]:
    if tag == "input":
        attributes = ["name", aim, "type", FIELD_TYPES.get(aim, "text"), "aria-label", words]
        return {"nodeId": 0, "backendNodeId": 41, "nodeType": 1, "nodeName": "INPUT", "attributes": attributes}
    text = {"nodeId": 0, "backendNodeId": 43, "nodeType": 3, "nodeName": "#text", "nodeValue": words}
    whole = {"nodeId": 0, "backendNodeId": 42, "nodeType": 1, "nodeName": tag.upper(), "attributes": ["data-aim", aim]}
    return whole | {"childNodeCount": 1, "children": [text]}


def place_of(tab: Target, aim: str) -> tuple[int, int]:
    random = Random(f"{tab.loader_id} {aim}")
    return random.randint(200, WIDTH - 200), random.randint(120, HEIGHT - 120)


def mouse(tab: Target, at: float, kind: str, x: int, y: int, button: str = "none", **more: int) -> None:
    tab.command(at, "Input.dispatchMouseEvent", {}, type=kind, x=x, y=y, button=button, **more)


def press_keys(tab: Target, visit: Visit, step: Typing, at: float) -> None:
    """Key by key, as long as the page is there."""
    gap_s = (visit.at(step.ends) - at) / len(step.text)
    for number, letter in enumerate(step.text):
        moment = at + number * gap_s
        if moment < visit.ends:
            code = f"Key{letter.upper()}" if letter.isalpha() else ""
            tab.command(moment, "Input.dispatchKeyEvent", {}, type="keyDown", key=letter, text=letter, code=code)
            tab.command(moment + 0.01, "Input.dispatchKeyEvent", {}, type="keyUp", key=letter, code=code)


def insert_text(tab: Target, visit: Visit, step: Typing, at: float) -> None:
    tab.command(at, "Input.insertText", {}, text=step.text)


def fill(tab: Target, visit: Visit, step: Typing, at: float) -> None:
    """By a function in the page, its text an argument."""
    tab.command(
        at,
        "Runtime.callFunctionOn",
        {"result": {"type": "undefined"}},
        functionDeclaration="function fill(value) { this.value = value; this.dispatchEvent(new Event('input')); }",
        objectId=id_from(tab.loader_id, step.field),
        arguments=[{"value": step.text}],
        awaitPromise=True,
    )


WAYS: dict[str, Callable[[Target, Visit, Typing, float], None]] = {
    "keys": press_keys,
    "text": insert_text,
    "fills": fill,
}
