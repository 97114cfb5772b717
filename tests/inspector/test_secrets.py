"""Secrets of every kind, planted in every place, turn up nowhere; what is none stays readable."""

import base64
import itertools
import json

import msgspec
import pytest

from sessions_app.inspector.curl import curl_of
from sessions_app.inspector.har import har_of
from sessions_app.inspector.secrets import MASK, Cover
from sessions_app.inspector.timeline import timeline_of
from tests.inspector.logs import LAYOUTS, Written

A = "https://a.example/a"
numbers = itertools.count(1)
TYPED = ("Input.insertText", "Input.imeSetComposition")


class Planted(list):
    """Makes secrets and remembers them. Each is a word nobody would take for a token by its looks."""

    def word(self):
        self.append(f"Planted{next(numbers):04d}zq")
        return self[-1]


def jwt(word):
    parts = [base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in ('{"alg":"none"}', word, "sig")]
    return ".".join(parts)


def planted_log(layout):
    planted, written = Planted(), Written(layout)
    word = planted.word
    token = jwt(word())
    planted.append(token)
    url = f"https://user:{word()}@a.example/p?access_token={word()}&next=%2Fx%3Fpassword%3D{word()}#id_token={word()}"
    headers = {
        "Cookie": f"sid={word()}; theme={word()}",
        "Authorization": f"Bearer {word()}",
        "X-Api-Key": word(),
        "Proxy-Authorization": f"Basic {word()}",
        "Referer": f"https://a.example/?session_id={word()}",
    }
    form = f"user=ada&password={word()}&csrf_token={word()}"
    body = {"login": {"pin": word(), "client_secret": {"deep": [word()]}}, "note": f"Bearer {word()}", "jwt": token}
    forms = {"content-type": "application/x-www-form-urlencoded"}
    written.sent("1", url, 0, method="POST", headers=headers | forms, request={"postData": form})
    written.event("Network.requestWillBeSentExtraInfo", 1, requestId="1", headers=headers | {"Cookie": f"b={word()}"})
    cookie = f"sid={word()}; Path=/; HttpOnly\ntoken={word()}; Secure"
    written.event("Network.responseReceivedExtraInfo", 2, requestId="1", headers={"Set-Cookie": cookie}, statusCode=200)
    answer = {"set-cookie": f"x={word()}", "location": f"/next?api_key={word()}"}
    written.received(
        "1", url, 10, headers=answer, headersText=f"Set-Cookie: y={word()}\r\nAuthorization: Bearer {word()}"
    )
    written.sent("2", A, 20, method="POST", request={"postData": json.dumps(body)})
    secret_bytes = base64.b64encode(json.dumps({"password": word()}).encode()).decode()
    planted.append(secret_bytes)
    written.sent("3", A, 30, method="POST", request={"hasPostData": True, "postDataEntries": [{"bytes": secret_bytes}]})
    parts = f'--x\r\nContent-Disposition: form-data; name="secret"\r\n\r\n{word()}\r\n--x--\r\n'
    multipart = {"content-type": "multipart/form-data; boundary=x"}
    written.sent("4", A, 40, method="POST", headers=multipart, request={"postData": parts})
    content = json.dumps({"access_token": word(), "key": f"sk_live_{word()}abcdef"})
    written.command("Network.getResponseBody", 45, {"body": content, "base64Encoded": False}, requestId="1")
    written.event("Network.webSocketCreated", 50, requestId="5", url=f"wss://a.example/?token={word()}")
    frame = {"opcode": 1, "payloadData": json.dumps({"auth": word()})}
    written.event("Network.webSocketFrameSent", 51, requestId="5", response=frame)
    for method in TYPED:
        written.command(method, 60, text=word())
    for letter in word():
        written.command("Input.dispatchKeyEvent", 70, type="keyDown", key=letter, text=letter)
    fill = "function fill(v) { this.value = v }"
    arguments = [{"value": word()}, {"value": {"o": [{"k": "x", "v": word()}]}}]
    written.command("Runtime.callFunctionOn", 80, functionDeclaration=fill, arguments=arguments)
    written.command("Runtime.callFunctionOn", 80, functionDeclaration="f", arguments=[{"value": word()}])
    written.command("Runtime.evaluate", 81, expression=f"document.querySelector('#p').value = '{word()}'")
    stored = {"result": {"type": "string", "value": f"sid={word()}"}}
    written.command("Runtime.evaluate", 82, stored, expression="document.cookie")
    cookies = [{"name": "sid", "value": word(), "domain": "a.example"}]
    for method in ("Network.getCookies", "Storage.getCookies"):
        written.command(method, 83, {"cookies": cookies})
    written.command("Network.setCookie", 84, name="theme", value=word())
    written.command("Network.setExtraHTTPHeaders", 85, headers={"Authorization": word()})
    attributes = ["type", "password", "value", word()]
    written.command("DOM.describeNode", 86, {"node": {"nodeName": "INPUT", "attributes": attributes}}, objectId="o")
    written.command("Page.handleJavaScriptDialog", 87, accept=True, promptText=word())
    answer = {"response": "ProvideCredentials", "username": "ada", "password": word()}
    written.command("Fetch.continueWithAuth", 88, authChallengeResponse=answer)
    lines = [
        f"password: {word()}",
        f"token is {word()}",
        f'{{"secret": "{word()}"}}',
        f"Authorization: Bearer {word()}",
    ]
    for line in lines:
        said = [{"type": "string", "value": line}]
        written.event("Runtime.consoleAPICalled", 90, type="error", args=said, timestamp=1795176000090)
    thrown = {"text": "Uncaught", "exception": {"description": f"Error: api_key={word()} refused"}}
    written.event("Runtime.exceptionThrown", 91, exceptionDetails=thrown)
    written.event("Page.frameNavigated", 95, frame={"id": "F", "loaderId": "Z", "url": f"{A}?token={word()}"})
    return written, planted


@pytest.mark.parametrize("layout", LAYOUTS)
def test_planted_secrets_turn_up_nowhere(layout):
    written, planted = planted_log(layout)
    log = written.log(60_000)
    shown = {
        "timeline": timeline_of(log, log.cover),
        "har": har_of(log, log.cover),
        "raw": log.raw(0, len(log), log.cover),
        "curl": [curl_of(request, log.cover) for request in log.requests],
        "events": [log.cover.text(event.text) for event in log.events],
    }
    assert len(planted) > 50
    for name, value in shown.items():
        text = msgspec.json.encode(value).decode()
        assert [secret for secret in planted if secret in text] == [], name
        assert MASK in text or name == "events"


def test_what_was_typed_is_covered_wherever_it_turns_up_again():
    written = Written().command("Input.insertText", 0, text="correct horse")
    written.sent("1", "https://a.example/find?q=correct+horse&page=2", 10)
    written.event("Runtime.consoleAPICalled", 20, type="log", args=[{"type": "string", "value": "got correct horse!"}])
    log = written.log()
    timeline = timeline_of(log, log.cover)
    assert timeline["requests"][0]["url"] == f"https://a.example/find?q={MASK}&page=2"
    assert timeline["console"][0]["text"] == f"got {MASK}!"


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/trail-runner-4-gtx-2026-edition?size=42&colour=deep%20blue",
        "https://cdn.example/static/main-5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8.js",
        "https://a.example/orders/0b7c5d9e-3f39-4b0a-9e6f-0c2f5a1d7e11",
        "Failed to load resource: the server responded with a status of 404 ()",
        "TypeError: Cannot read properties of undefined (reading 'rows')",
        "went to shop.example/checkout, 3.2 s, 41 requests, 2 failed",
        "the author's authority: none",
        "ran -u ada, then git://host.example/path@2:3",
        "call('count', 'x'), labels: ['password', 'email']",
        "1764097200000 ms",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text):
    assert Cover().text(text) == text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_only_its_place_tells_is_covered_in_raw_entries(layout):
    planted, written = Planted(), Written(layout)
    word = planted.word
    pairs = [{"name": "Authorization", "value": word()}, {"name": "Cookie", "value": f"sid={word()}"}]
    written.command("Fetch.continueRequest", 0, requestId="1", headers=pairs)
    for method in ("Fetch.requestPaused", "Fetch.fulfillRequest"):
        written.event(method, 1, requestId="1", responseHeaders=[{"name": "Set-Cookie", "value": f"sid={word()}"}])
    written.command("Fetch.fulfillRequest", 2, requestId="1", binaryResponseHeaders=word())
    written.event("Page.javascriptDialogOpening", 3, type="prompt", message="Your pin?", defaultPrompt=word())
    written.event("Page.javascriptDialogClosed", 4, result=True, userInput=word())
    attributes = ["name", "csrf-token", "content", word()]
    written.command("DOM.describeNode", 5, {"node": {"nodeName": "META", "attributes": attributes}}, objectId="o")
    field = {"role": {"type": "role", "value": "textbox"}, "value": {"type": "string", "value": word()}}
    written.command("Accessibility.getFullAXTree", 6, {"nodes": [field]})
    written.command("Runtime.evaluate", 7, expression=f"localStorage.setItem('token', '{word()}')")
    for said in ("password", "%c the token: %s"):
        args = [{"type": "string", "value": text} for text in (said, f"color: {word()}", word())]
        written.event("Runtime.consoleAPICalled", 8, type="log", args=args, timestamp=1795176000008)
    log = written.log()
    shown = msgspec.json.encode(log.raw(0, len(log), log.cover)).decode()
    assert [secret for secret in planted if secret in shown] == []


def test_what_a_function_that_was_handed_over_gives_back_is_covered():
    """Clients call one function of theirs and hand it the one to run."""
    arguments = [{"objectId": "1"}, {"value": "() => localStorage.getItem('theme')"}]
    written = Written().command(
        "Runtime.callFunctionOn",
        0,
        {"result": {"type": "string", "value": "Planted"}},
        functionDeclaration="(script, ...args) => script.evaluate(...args)",
        arguments=arguments,
    )
    log = written.log()
    assert "Planted" not in msgspec.json.encode(log.raw(0, 1, log.cover)).decode()


@pytest.mark.parametrize(
    "name",
    "csrfmiddlewaretoken userpass login[password] pincode sms_code otpcode twoFactorCode 2fa_code app_key DPoP senha "
    "contrase%C3%B1a mot_de_passe kennwort devicetoken security_answer ccnum recovery_code mnemonic JSESSIONID "
    "activation_code oauth_verifier".split(),
)
def test_names_of_secrets_are_known(name):
    assert Cover().url(f"https://a.example/?{name}=one&page=2") == f"https://a.example/?{name}=***&page=2"


@pytest.mark.parametrize("name", "author keyboard compass bypass spinner signal passenger max_tokens address".split())
def test_names_that_only_look_like_it_are_not(name):
    assert Cover().url(f"https://a.example/?{name}=one") == f"https://a.example/?{name}=one"


@pytest.mark.parametrize("value", ["one", 1234, ["one"], {"a": "one"}])
def test_a_pair_of_name_and_value_is_covered_whatever_the_value_is(value):
    covered = Cover().value("", {"name": "pin", "value": value})
    assert "one" not in str(covered)
    assert "1234" not in str(covered)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nobody_looks_into_base64(layout):
    """Short enough to look like a word, and a secret all the same."""
    inside = base64.b64encode(b"pin=one").decode()
    written = Written(layout).sent("1", A, 0, method="POST", request={"postDataEntries": [{"bytes": inside}]})
    written.command("Network.getResponseBody", 10, {"body": inside, "base64Encoded": True}, requestId="1")
    written.command("Fetch.getResponseBody", 11, {"body": inside, "base64Encoded": True}, requestId="9")
    written.command("IO.read", 12, {"data": inside, "base64Encoded": True}, handle="1")
    written.event("Network.webSocketCreated", 20, requestId="2", url="wss://a.example/")
    written.event("Network.webSocketFrameSent", 21, requestId="2", response={"opcode": 2, "payloadData": inside})
    log = written.log()
    shown = msgspec.json.encode([log.raw(0, len(log), log.cover), har_of(log, log.cover)]).decode()
    assert inside not in shown


def test_a_long_text_of_names_is_covered_before_anybody_gives_up():
    """Minutes, where each name is looked at with all that stands after it."""
    assert Cover().text("a=" * 400_000 + " password=one") == "a=" * 400_000 + f" password={MASK}"


def test_of_a_set_cookie_only_the_value_is_covered():
    line = "sid=abc; Expires=Fri, 01 Jan 2027 00:00:00 GMT; Path=/; HttpOnly; SameSite=Lax"
    assert Cover().header("set-cookie", line) == line.replace("abc", MASK)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"password": "two words", "user": "ada", "cut": "sho', '{"password": "***", "user": "ada", "cut": "sho'),
        ('{"a": "{\\"pin\\": \\"one two\\"}", ', '{"a": "{\\"pin\\": \\"***\\"}", '),
        (
            "<login><Password>one two</Password><user>ada</user></login>",
            "<login><Password>***</Password><user>ada</user></login>",
        ),
        ('<input type=hidden name="csrf_token" value="one two">', '<input type=hidden name="csrf_token" value="***">'),
        ('<meta name="csrf-token" content="one two">', '<meta name="csrf-token" content="***">'),
        ("password: one, user: ada", "password: ***, user: ada"),
        ("/login?pw=one&user=ada", "/login?pw=***&user=ada"),
        ("postgres://ada:one@db.example/shop", "postgres://***:***@db.example/shop"),
        ("DSN=redis://:one@cache:6379/0", "DSN=redis://***:***@cache:6379/0"),
        ("curl -u ada:one -X GET", "curl -u *** -X GET"),
        ("data.append('password', 'one two')", "data.append('password', '***')"),
    ],
)
def test_what_a_telling_name_stands_before_is_covered(text, shown):
    assert Cover().text(text) == shown


@pytest.mark.parametrize(
    "token",
    [
        jwt("x"),
        "ghp_abcdefghijklmnopqrstuvwx",
        "AKIAIOSFODNN7EXAMPLE",
        "sk-proj-abcdefghijklmnop1234",
        "bb_live_0123456789abcdef",
        "5e884898da28047151d0e56f8dc62927",
        "q7Zt3Kx9LmW2pRv8Yb4Nc6Hd",
        "4111 1111 1111 1111",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_token_is_covered_whatever_it_is_called(token):
    assert Cover().text(f"it is {token}, really") == f"it is {MASK}, really"
