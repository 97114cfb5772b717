"""`/sessions/<id>/files/`: what the browser downloaded, one by one, and what it is given while it runs."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from sessions_app.actions.upload import FOLDER, MOST_BYTES
from sessions_app.browserbase import errors
from sessions_app.inspector.files import Archive, Entry, Spoilt, zip_of
from sessions_app.inspector.opening import is_settled
from sessions_app.models import AuditEvent, Session
from sessions_app.views.access import wants_json
from sessions_app.views.bearer import open_to_programs

from .file_downloads import as_list, files_words
from .looked_at import LookedAt
from .panel import panel, part
from .rows import CHUNK, chunks_of, rows_asked

#: Of what was given to it, newest first.
UPLOADS_SHOWN = 100


class Row:
    """A file in the list; when it was downloaded, no zip tells."""

    t = None

    def __init__(self, entry: Entry) -> None:
        self.entry = entry


@open_to_programs
def files(request: HttpRequest, session_id: str) -> HttpResponseBase:
    return as_list(request, session_id) if wants_json(request) else files_tab(request, session_id)


@panel("files")
def files_tab(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    """The list is read anew while the session runs, and when somebody asks for it."""
    uploads = AuditEvent.objects.filter(session_id=session.pk, action=AuditEvent.Action.FILE_UPLOADED)
    context = {"session": session, "uploads": list(uploads[:UPLOADS_SHOWN]), "most_bytes": MOST_BYTES, "folder": FOLDER}
    return render(request, "inspector/files.html", context | downloads(request, session))


def downloads(request: HttpRequest, session: Session) -> dict[str, Any]:
    """What the template shows of them, or `words` for why there is nothing to show."""
    anew = "again" in request.GET or not is_settled(session)
    try:
        with Archive(zip_of(session, anew=anew)) as archive:
            return listed(request, session, archive)
    except errors.UpstreamError as error:
        return {"words": files_words(error)}
    except Spoilt as spoilt:
        return {"words": str(spoilt)}


def listed(request: HttpRequest, session: Session, archive: Archive) -> dict[str, Any]:
    rows = [Row(entry) for entry in archive.entries]
    chunks = chunks_of(rows, reverse("session_file_rows", args=[session.id]), request) if len(rows) > CHUNK else []
    return {
        "count": len(rows),
        "size": sum(entry.size for entry in archive.entries),
        "rows": [] if chunks else rows,
        "chunks": chunks,
        "trouble": archive.trouble,
    }


@part
def rows(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    try:
        with Archive(zip_of(session)) as archive:
            chunk = [Row(entry) for entry in rows_asked(archive.entries, request)]
    except Spoilt:
        chunk = []
    return render(request, "inspector/files.html#rows", {"session": session, "rows": chunk})
