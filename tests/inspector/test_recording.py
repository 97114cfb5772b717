"""What rrweb recorded, with its secrets covered."""

import json

from sessions_app.inspector.recording import read_recording
from tests.inspector.test_secrets import Planted
from tests.rows import make_session


def element(tag, *children, **attributes):
    return {"type": 2, "id": 1, "tagName": tag, "attributes": attributes, "childNodes": list(children)}


def text(words):
    return {"type": 3, "id": 2, "textContent": words}


def test_no_secret_of_the_page_is_in_its_recording(account, simulator):
    planted = Planted()
    word = planted.word
    body = element(
        "body",
        element("input", type="hidden", name="csrf", value=word()),
        element("textarea", text(word()), name="note"),
        element("a", href=f"/next?token={word()}"),
        element("meta", name="csrf-token", content=word()),
        element("div", text(f"your password: {word()}"), **{"data-token": word()}),
        element("script", text(f"let it = '{word()}'")),
        element("style", text("a { color: red }")),
        element("h1", text("Trail runner"), **{"class": "title"}),
    )
    changed = {"texts": [{"id": 2, "value": f"token: {word()}"}], "adds": [{"node": text(f"pin: {word()}")}]}
    told = [
        (4, {"href": f"https://a.example/?token={word()}", "width": 800, "height": 600}),
        (2, {"node": body}),
        (3, {"source": 0} | changed),
        (3, {"source": 5, "text": word(), "id": 1}),
        (5, {"tag": "login", "payload": {"password": word()}}),
    ]
    events = [{"sessionId": "s", "timestamp": at, "type": type, "data": data} for at, (type, data) in enumerate(told)]
    session = simulator.session("COMPLETED") | {"recording": events}
    simulator.put(session)
    recording = read_recording(make_session(account=account, id=session["id"]))
    shown = json.dumps([event.data for event in recording])
    assert [secret for secret in planted if secret in shown] == []
    assert all(kept in shown for kept in ("Trail runner", "color: red", "title", "/next?token=***"))
