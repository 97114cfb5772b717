"""What was typed is covered where it turns up again, in whatever way it came into the field."""

import msgspec
import pytest

from sessions_app.inspector.har import har_of
from sessions_app.inspector.secrets import MASK, Cover
from sessions_app.inspector.timeline import timeline_of
from tests.inspector.logs import Written

WORD = "hunter2plum"
KEY, CALL, EVALUATE = "Input.dispatchKeyEvent", "Runtime.callFunctionOn", "Runtime.evaluate"


def address_after(written, word=WORD):
    """As the timeline shows a request that has the word in its address."""
    log = written.sent("1", f"https://a.example/?q={word}", 9000).log()
    return timeline_of(log, log.cover)["requests"][-1]["url"]


COVERED = f"https://a.example/?q={MASK}"


def keys(written, word, *kinds, **more):
    for letter in word:
        for kind in kinds:
            told = {"key": letter, "code": f"Key{letter.upper()}"} if kind != "char" else {}
            text = {"text": letter} if kind in ("char", "keyDown+text") else {}
            written.command(KEY, 1, type=kind.removesuffix("+text"), **told, **text, **more)
    return written


@pytest.mark.parametrize(
    "kinds", [("keyDown+text", "keyUp"), ("keyDown", "char", "keyUp"), ("rawKeyDown", "char", "keyUp"), ("char",)]
)
def test_letters_are_a_word_in_whatever_events_they_come(kinds):
    assert address_after(keys(Written(), WORD, *kinds)) == COVERED


def test_what_stood_in_the_field_is_covered_when_a_letter_was_taken_back():
    written = keys(Written(), "hunter3", "keyDown+text").command(KEY, 2, type="keyDown", key="Backspace")
    keys(written, "2plum", "keyDown+text")
    assert address_after(written) == COVERED
    assert address_after(written, "hunter3") == COVERED


def test_letters_inserted_one_by_one_are_a_word():
    written = Written()
    for letter in WORD:
        written.command("Input.insertText", 1, text=letter)
    assert address_after(written) == COVERED


def test_a_word_that_came_in_parts_is_covered_in_parts_and_as_a_whole():
    written = Written().command("Input.insertText", 1, text="hunter")
    keys(written, "2plum", "keyDown+text")
    assert address_after(written) == COVERED
    assert address_after(written, "2plum") == COVERED


@pytest.mark.parametrize(
    ("method", "params"),
    [
        (KEY, {"type": "keyDown", "key": "Tab"}),
        (KEY, {"type": "keyDown", "key": "Enter", "text": "\r"}),
        (KEY, {"type": "keyDown", "key": "a", "modifiers": 2}),
        ("Input.dispatchMouseEvent", {"type": "mousePressed", "x": 1, "y": 1}),
        ("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": []}),
        ("DOM.focus", {"nodeId": 1}),
        (CALL, {"functionDeclaration": "element => element.focus()", "objectId": "o"}),
    ],
)
def test_a_word_begins_anew_where_another_field_may(method, params):
    written = keys(Written(), "ada", "keyDown+text").command(method, 2, **params)
    assert address_after(keys(written, WORD, "keyDown+text")) == COVERED


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 1, "y": 1}),
        ("Page.frameNavigated", {"frame": {"id": "2", "parentId": "1", "url": "https://ads.example/"}}),
        (KEY, {"type": "keyDown", "key": "Shift", "modifiers": 8}),
        (KEY, {"type": "keyUp", "key": "Tab"}),
    ],
)
def test_a_word_goes_on_where_the_field_stays(method, params):
    written = keys(Written(), "hunter", "keyDown+text").command(method, 2, **params)
    assert address_after(keys(written, "2plum", "keyDown+text")) == COVERED


FUNCTIONS = [
    "(el, v) => { el.value = v }",
    "(el, v) => { el['value'] = v }",
    'function(v) { this["value"]=v }',
    "(el, v) => Reflect.set(el, 'value', v)",
    "(el, v) => { const s = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set; s.call(el, v) }",
    "(el, v) => Object.assign(el, {value: v})",
    "(el, v) => { el.textContent = v }",
    "(el, v) => { el.innerText = v }",
    "(el, v) => el.setAttribute('value', v)",
]
EXPRESSIONS = [
    "document.querySelector('#p').value = '{}'",
    "$('#p').val('{}')",
    "document.getElementById('p')['value']='{}'",
    'Object.assign(document.querySelector("input"), {{value: "{}"}})',
    "const typed = `{}`; document.forms[0].name.value = typed",
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_a_function_fills_in_is_covered(function):
    written = Written().command(CALL, 1, functionDeclaration=function, objectId="o", arguments=[{"value": WORD}])
    assert address_after(written) == COVERED


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_code_fills_in_is_covered_and_in_the_code_too(expression):
    written = Written().command(EVALUATE, 1, expression=expression.format(WORD))
    assert address_after(written) == COVERED
    log = written.log()
    assert WORD not in msgspec.json.encode(log.raw(0, 1, log.cover)).decode()


def test_a_text_in_a_function_that_fills_is_covered():
    written = Written().command(CALL, 1, functionDeclaration=f"function() {{ this.value = '{WORD}' }}", objectId="o")
    assert address_after(written) == COVERED


@pytest.mark.parametrize(
    "code",
    [
        "document.querySelector('[name=hunter2plum]').value = 'something else'",
        "if (document.title.value === 'hunter2plum') document.title",
        "const kinds = ['hunter2plum'];" + "\n" * 6000 + "const fill = (field, text) => { field.value = text }",
    ],
)
def test_what_code_only_speaks_of_stays_readable(code):
    """A client's own library holds thousands of words, and code that fills fields."""
    assert address_after(Written().command(EVALUATE, 1, expression=code)) == f"https://a.example/?q={WORD}"


def test_a_long_text_is_covered_wherever_it_begins_or_ends():
    text = "".join(f"{number} bottles, " for number in range(2000))
    cover = Cover(frozenset([text.strip()]))
    assert cover.text(f"said {text.strip()} twice") == f"said {MASK} twice"


def test_lines_are_covered_whatever_ends_them():
    cover = Cover(frozenset(["first line\nsecond line"]))
    assert cover.text("first line\r\nsecond line") == f"{MASK}\r\n{MASK}"


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", ["typed words number {}", "{} words, typed", "{}" * 20])
def test_however_much_was_typed_covering_takes_no_longer(text):
    written = Written()
    for number in range(10_000):
        written.command("Input.insertText", 1, text=text.replace("{}", str(number)))
    for number in range(5000):
        address = f"https://a.example/p/{number}?a={number}&b=zz{number}&c=typed+words+number"
        written.sent(str(number), address, 100 + number, headers={"User-Agent": "Mozilla/5.0 (X11) typed words"})
    log = written.log()
    timeline_of(log, log.cover)
    har_of(log, log.cover)
