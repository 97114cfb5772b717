"""A program that makes or deletes a context or an extension is on the record, and what it made is known here."""

from sessions_app import browserbase
from sessions_app.actions.belongings import note_deleted, note_made
from sessions_app.browserbase.belongings import context_from, extension_from
from sessions_app.browserbase.decoding import Unreadable, decode
from sessions_app.models import Context, Extension, Token, User
from sessions_app.models.belonging import Belonging

from . import afterwards
from .access import Access
from .routes import Resource, Route

#: The first segment of the path.
KINDS: dict[bytes, type[Belonging]] = {b"contexts": Context, b"extensions": Extension}


def note(access: Access, route: Route, status: int, body: bytes, address: str) -> None:
    """Once the answer is out. An update changes nothing that is shown here."""
    if route.resource is not Resource.OF_ACCOUNT or not 200 <= status < 300:
        return
    kind = KINDS[route.path.split(b"/")[2]]
    if route.method == "POST":
        afterwards.write(f"A new {kind.word}", _record_new, access.token_id, kind, body, address or None)
    elif route.method == "DELETE":
        words = f"The end of the {kind.word} {route.ids[0]}"
        afterwards.write(words, _record_end, access.token_id, kind, route.ids[0], address or None)


def _record_new(token_id: int, kind: type[Belonging], body: bytes, address: str | None) -> None:
    """The answer to a new context says neither its name nor its project: these are read within a minute."""
    token = Token.objects.select_related("owner", "account").filter(pk=token_id).first()
    if token is None:
        return
    try:
        made = decode(body)
        answer = browserbase.Context(id=context_from(made).id) if kind is Context else extension_from(made)
    except Unreadable:
        return
    note_made(token.account, kind, answer, token.as_user(), address)


def _record_end(token_id: int, kind: type[Belonging], id: str, address: str | None) -> None:
    token = Token.objects.select_related("owner", "account").filter(pk=token_id).first()
    thing = kind.objects.filter(pk=id).first() or kind(id=id)
    by: User | None = token.as_user() if token else None
    note_deleted(thing, by, address)
