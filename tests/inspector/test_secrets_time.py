"""How long covering takes is not for pages to decide: a pattern that can be read in many ways took hours."""

import pytest

from sessions_app.inspector.secrets import MASK, Cover
from sessions_app.inspector.secrets.entries import cover_entry
from tests.inspector.logs import Written

FORM = "&".join(f"k{number}=v{number}" for number in range(40))
#: Each was slow in one place or is like what was; repeated to 30 kB.
PIECES = [
    *("x-", "&", "a=", "a=b&", "password=", "token:", 'pin:"', "('token','", "<input ", "<meta name=", "<textarea "),
    *(
        "<a b",
        "<password>a",
        " -u a",
        "a://",
        "http://",
        "http://#",
        "http://a?u=",
        "http://a?u=%41&",
        "https:\\/\\/",
        "data:",
        "a@",
        "a:b@",
        "%41",
        "A1_",
        "a1-",
    ),
    *("0a", "4111-1111-", "\\'", '\\"', "'", "`", '"', "{", "[", "--", "--\r\n", "\n", " ", "\t", "eyJaaaaaa."),
    *("aaaaaaaaaaaa_", "-----BEGIN A PRIVATE KEY-----", "bearer ", "password ", "cookie:", "authorization", "key_"),
    *("sk-aaaa", "/", "//", "/a1B", ";", "***", "%s", "é"),
]


def hostile(piece):
    return piece * (30_000 // len(piece))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("ending", ["\n", "&", "\r\nen=scroll&epn.percent=90", " and more", ""])
def test_a_body_that_is_almost_a_form_is_covered_at_once(ending):
    body = f"{FORM}&password=one{ending}"
    covered = Cover().body(body, "text/plain;charset=UTF-8")
    assert covered == body.replace("=one", f"={MASK}")


@pytest.mark.timeout(15)
@pytest.mark.parametrize("piece", PIECES)
def test_what_repeats_is_covered_in_a_time_that_grows_as_it_does(piece):
    text, cover = hostile(piece), Cover()
    for mime_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        cover.body(text, mime_type)
    for name in ("headersText", "data", "url"):
        cover.value(name, text)
    cover.url(f"https://a.example/{text}?{text}#{text}")
    cover.header("x-z", text)
    cover.header("set-cookie", text)
    said = {"args": [{"type": "string", "value": text}, {"type": "string", "value": text}]}
    code = {"expression": f"field.value = {text}"}
    for method, params in (("Runtime.consoleAPICalled", said), ("Runtime.evaluate", code)):
        cover_entry(cover, {"method": method, "request": {"params": params}})


@pytest.mark.timeout(15)
@pytest.mark.parametrize(
    "inner", ["http://#", "http://a.example/?u=", "http://a.example/;u=", "http://a.example/?u=%2541&v="]
)
def test_addresses_in_addresses_are_covered_however_deep(inner):
    covered = Cover().text(f"{inner * 1000}%2541&password=one")
    assert "one" not in covered


@pytest.mark.timeout(15)
@pytest.mark.parametrize(
    "piece", ['fill\\"', "fill'", "fill(`", ".value=", "['value']=", "Object.assign(", "$(", "'\\", "focus "]
)
def test_what_code_fills_in_is_looked_for_in_a_time_that_grows_as_it_does(piece):
    code, written = f"{piece * (60_000 // len(piece))} 'hunter2plum", Written()
    written.command("Runtime.evaluate", 1, expression=code)
    written.command("Runtime.callFunctionOn", 2, functionDeclaration=code, arguments=[{"value": code}])
    log = written.log()
    log.raw(0, 2, log.cover)
