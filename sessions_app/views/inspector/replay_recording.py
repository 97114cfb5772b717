"""`/sessions/<id>/replay/recording/`: what rrweb recorded, where there is no film; and the frame that plays it.

The recording is a stranger's document. It is built in a frame within the player's frame, which no script may enter;
the player's own policy lets nothing be loaded or run that is not a file of ours.
"""

import msgspec
from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from sessions_app.inspector.recording import read_recording
from sessions_app.models import Session
from sessions_app.views.trace_reads import of_session

#: rrweb builds a document in a frame and reaches into it, for which both have to be of one origin; and it lays styles
#: into it. Images and fonts come with the recording or not at all.
PLAYER_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": ["data:"],
    "font-src": ["data:"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-src": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-scripts", "allow-same-origin"],
}


@require_safe
@of_session
def events(request: HttpRequest, session: Session) -> HttpResponse:
    """As rrweb's player takes them, in the order of time; `[]` where nothing was recorded."""
    body = msgspec.json.encode(read_recording(session))
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "no-store"})


@require_safe
@csp(PLAYER_POLICY)
@xframe_options_sameorigin
def player(request: HttpRequest) -> HttpResponse:
    """The same for every session: the page around it hands it the recording."""
    return render(request, "inspector/recording_player.html")
