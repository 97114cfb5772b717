"""Whole entries of a log with their secrets covered: on either side, and in the raw bodies too."""

import re
from typing import Any

import msgspec

from sessions_app.inspector.log.values import object_in, text_in

from .binary import binary_fields
from .cover import MASK, Cover, label_of
from .fills import TEXT_IN_CODE, WRITES, leaves
from .names import end_of_secret_name, is_secret_name

Params = dict[str, Any]
_READS = re.compile(r"cookie|localStorage|sessionStorage|indexedDB|\.value\b|password|token", re.IGNORECASE)
_CODE = ("expression", "functionDeclaration", "source", "scriptSource")
#: Fields that hold what was typed or stored, by method.
_SECRET_FIELDS = {
    "Input.insertText": ("text",),
    "Input.imeSetComposition": ("text",),
    "Page.handleJavaScriptDialog": ("promptText",),
    "Page.javascriptDialogOpening": ("defaultPrompt",),
    "Page.javascriptDialogClosed": ("userInput",),
    "DOM.setNodeValue": ("value",),
    "DOM.setAttributeValue": ("value",),
    "DOM.setAttributesAsText": ("text",),
    "DOM.attributeModified": ("value",),
    "Network.setCookie": ("value",),
    "Fetch.fulfillRequest": ("body", "binaryResponseHeaders"),
    "Fetch.continueResponse": ("binaryResponseHeaders",),
    "Fetch.continueRequest": ("postData",),
    "DOMStorage.setDOMStorageItem": ("value",),
    "DOMStorage.getDOMStorageItems": ("entries",),
    "DOMStorage.domStorageItemAdded": ("newValue",),
    "DOMStorage.domStorageItemUpdated": ("newValue", "oldValue"),
}
_KEY = ("text", "unmodifiedText", "key", "code", "keyIdentifier", "windowsVirtualKeyCode", "nativeVirtualKeyCode")
#: Ids are long and random, and open nothing without the browser they belong to.
_IDS = frozenset(
    "backendNodeId browserContextId contextId executionContextId frameId guid id identifier loaderId networkId nodeId "
    "objectId openerId pageId parentFrameId parentId requestId scriptId sessionId targetId uniqueId "
    "uniqueContextId".split()
)
_BARE_IDS = re.compile(r"[A-Za-z0-9._-]{1,64}")


def cover_entry(cover: Cover, entry: Params) -> Params:
    """An entry as upstream gave it, every field kept."""
    if not cover.covers:
        return entry
    method, code = text_in(entry, "method"), code_in(object_in(entry, "request").get("params"))
    return {
        name: _covered_side(cover, method, value, code)
        if name in ("request", "response") and isinstance(value, dict)
        else _covered_field(cover, method, name, value)
        for name, value in entry.items()
    }


def _covered_side(cover: Cover, method: str, side: Params, code: str) -> Params:
    covered: Params = {}
    for name, value in side.items():
        if name == "rawBody" and isinstance(value, str):
            covered[name] = cover_raw_body(cover, method, value, code)
        elif isinstance(value, dict):
            covered[name] = cover_values(cover, method, value, code)
        else:
            covered[name] = cover.value(name, value)
    return covered


def _covered_field(cover: Cover, method: str, name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return cover_values(cover, method, value, "")
    return value if is_id(name, value) else cover.value(name, value)


def cover_raw_body(cover: Cover, method: str, text: str, code: str = "") -> str:
    """What is no JSON is not shown at all: there is no telling where in it a secret stands."""
    try:
        body = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return f"({len(text):,} characters that are no JSON)" if text else ""
    if not isinstance(body, dict):
        return msgspec.json.encode(cover.value("", body)).decode()
    return msgspec.json.encode(cover_message(cover, method, body, code)).decode()


def cover_message(cover: Cover, method: str, body: Params, code: str) -> Params:
    """A message as it went over the wire, or parameters alone."""
    named = body.get("method")
    method = named if isinstance(named, str) else method
    if not {"method", "id", "params", "result", "error"} & set(body):
        return cover_values(cover, method, body, code)
    code = code or code_in(body.get("params"))
    return {
        name: cover_values(cover, method, value, code)
        if isinstance(value, dict)
        else value
        if name == "method" or is_id(name, value)
        else cover.value(name, value)
        for name, value in body.items()
    }


def cover_values(cover: Cover, method: str, values: Params, code: str) -> Params:
    """A command's parameters or result, or an event's parameters."""
    secret = _SECRET_FIELDS.get(method, ()) + binary_fields("", values)
    if method == "Input.dispatchKeyEvent":
        secret = _KEY if writes_text(values) else ()
    return {name: _covered_value(cover, method, name, value, code, secret) for name, value in values.items()}


def _covered_value(cover: Cover, method: str, name: str, value: Any, code: str, secret: tuple[str, ...]) -> Any:
    if name in secret:
        return cover.everything(value)
    if method.startswith("Runtime.") and name in ("arguments", "result", "exceptionDetails"):
        return _covered_remote(cover, value, is_secret=name == "arguments" or bool(_READS.search(code)))
    if method == "Runtime.consoleAPICalled" and name == "args" and isinstance(value, list):
        return _covered_arguments(cover, value)
    if method.startswith("Target.") and name == "message" and isinstance(value, str):
        return cover_raw_body(cover, "", value)
    if name in _CODE and isinstance(value, str):
        return cover_code(cover, value)
    return _walked(cover, name, value)


def _walked(cover: Cover, name: str, value: Any) -> Any:
    """As Cover.value, but for what only the protocol has: ids, and elements' attributes as one flat list."""
    if is_id(name, value):
        return value
    if isinstance(value, dict) and not name.lower().endswith(("headers", "cookies")):
        if isinstance(value.get("value"), dict) and ("role" in value or is_secret_name(label_of(value) or "")):
            # What stands in an element, as the accessibility tree tells it, or in the browser's database.
            value = value | {"value": cover.everything(value["value"])}
        covered = cover.value(name, {key: inner for key, inner in value.items() if not isinstance(inner, dict | list)})
        return {
            cover.name(key): _walked(cover, key, inner)
            if isinstance(inner, dict | list) or is_id(key, inner)
            else covered[cover.name(key)]
            for key, inner in value.items()
        }
    if name == "attributes" and isinstance(value, list):
        return _covered_attributes(cover, value)
    if isinstance(value, list) and not name.lower().endswith("cookies"):
        return [_walked(cover, name, entry) for entry in value]
    return cover.value(name, value)


def _covered_attributes(cover: Cover, attributes: list[Any]) -> list[Any]:
    names = [None, *attributes[:-1]]
    told = zip(attributes[::2], attributes[1::2], strict=False)
    is_secret = any(name in ("name", "property", "id") and is_secret_name(str(value)) for name, value in told)
    hidden = ("value", "content") if is_secret else ("value",)
    return [
        cover.everything(value)
        if place % 2 and names[place] in hidden
        else cover.value(str(names[place]) if place % 2 else "", value)
        for place, value in enumerate(attributes)
    ]


def _covered_arguments(cover: Cover, arguments: list[Any]) -> list[Any]:
    """Of a line in the console: all that comes after a text that ends with a telling name (`"the token:", …`)."""
    texts = [text_in(value, "value") if isinstance(value, dict) else "" for value in arguments]
    first = next((place for place, text in enumerate(texts) if end_of_secret_name(text)), len(texts))
    return [_covered_remote(cover, value, is_secret=place > first) for place, value in enumerate(arguments)]


def _covered_remote(cover: Cover, value: Any, is_secret: bool) -> Any:
    """Values that code was given or gave back (`Runtime.RemoteObject`)."""
    if isinstance(value, list):
        return [_covered_remote(cover, entry, is_secret) for entry in value]
    if not isinstance(value, dict):
        return cover.everything(value) if is_secret else cover.value("", value)
    hidden = ("value", "description", "unserializableValue", "preview", "deepSerializedValue")
    return {
        name: cover.everything(inner) if is_secret and name in hidden else _walked(cover, name, inner)
        for name, inner in value.items()
    }


def cover_code(cover: Cover, code: str) -> str:
    """Of code that fills a field every text goes."""
    return TEXT_IN_CODE.sub(f'"{MASK}"', code) if WRITES.search(code) else cover.text(code)


def code_in(params: Any) -> str:
    """With the texts handed over: a client's own function is given the one that it is to run."""
    if not isinstance(params, dict):
        return ""
    code = next((params[name] for name in _CODE if isinstance(params.get(name), str)), "")
    return "\n".join([code, *leaves(params.get("arguments"))]) if code else ""


def writes_text(values: Params) -> bool:
    """A key that puts a letter somewhere; Enter, Tab and arrows put none."""
    key, text = values.get("key"), values.get("text")
    return (isinstance(key, str) and len(key) == 1) or (isinstance(text, str) and bool(text.strip()))


def is_id(name: str, value: Any) -> bool:
    return name in _IDS and (not isinstance(value, str) or _BARE_IDS.fullmatch(value) is not None)
