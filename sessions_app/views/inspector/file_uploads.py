"""`/sessions/<id>/uploads/`: a file for the browser of a running session, handed on as it is and kept nowhere."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sessions_app.actions.once import Once
from sessions_app.actions.upload import MOST_BYTES, may_have_arrived, upload
from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import errors
from sessions_app.inspector.words import size_words
from sessions_app.models import Session
from sessions_app.views.access import client_address, json_error, person
from sessions_app.views.errors import upstream_words
from sessions_app.views.finding import with_session
from sessions_app.views.new_session_json import status_of


@require_POST
@never_cache
@with_session
def receive(request: HttpRequest, session: Session) -> HttpResponse:
    """`file`, and `once`: a word of its own for each, so that the same request is not carried out twice."""
    file = request.FILES.get("file")
    if refused := why_not(session, file):
        return refused
    assert isinstance(file, UploadedFile)  # noqa: S101  (else it was refused)
    once = Once(person(request), f"upload {request.POST['once']}" if "once" in request.POST else "")
    if not once.claim():
        return json_error(409, "This was sent already, and is not sent a second time.")
    return hand_on(request, session, file)


def why_not(session: Session, file: object) -> HttpResponse | None:
    if not isinstance(file, UploadedFile):
        return json_error(400, "There is no file in this.", parameter="file")
    if (file.size or 0) > MOST_BYTES:
        return json_error(413, f"More than {size_words(MOST_BYTES)} is not handed on.", parameter="file")
    if not session.is_running:
        return json_error(409, "The session does not run, so there is no browser that could take it.")
    return None


def hand_on(request: HttpRequest, session: Session, file: UploadedFile) -> HttpResponse:
    actor, address = person(request), client_address(request)
    give_back_connection()
    try:
        path, words = upload(session, file.name or "", file, file.size or 0, actor, address)
    except errors.UpstreamError as error:
        return json_error(status_of(error), refused_words(error))
    return JsonResponse({"path": path, "message": words})


def refused_words(error: errors.UpstreamError) -> str:
    if may_have_arrived(error):
        return "Browserbase's answer was lost: it may have arrived. It was not sent again; look before you do."
    if isinstance(error, errors.UpstreamDown):
        return "Browserbase does not answer right now: it did not arrive."
    return upstream_words(error)
