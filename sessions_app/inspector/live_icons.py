"""The icons of the pages in a live view: addresses of anybody's hosts, which a reader's browser must not ask.

Upstream names them with the tabs. They are remembered here by a word of ours, and fetched without the key, small ones
and pictures only.
"""

from collections import OrderedDict
from hashlib import blake2b

from asgiref.sync import async_to_sync
from django.conf import settings

from sessions_app.browserbase import elsewhere
from sessions_app.models import Session

MOST = 2000
Known = tuple[str, str]
_known: OrderedDict[Known, str] = OrderedDict()
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x00\x00\x01\x00": "image/x-icon",
}
#: How far into a file its drawing begins at most, after declarations and comments.
_SVG_BEGINS = 1024


def remember(session: Session, urls: list[str]) -> list[str]:
    """A word for each address, "" for none; good in this process, for those asked for last."""
    words = []
    for url in urls:
        word = blake2b(url.encode("utf-8", "replace"), digest_size=9).hexdigest() if url else ""
        words.append(word)
        if word:
            _known[session.id, word] = url
            _known.move_to_end((session.id, word))
    while len(_known) > MOST:
        _known.popitem(last=False)
    return words


def icon_of(session: Session, word: str) -> tuple[bytes, str] | None:
    """The picture and its type; None where nothing is known by this word, or what came is no picture.

    Raises UpstreamError where it cannot be fetched.
    """
    url = _known.get((session.id, word))
    if url is None:
        return None
    picture = async_to_sync(_fetched)(url)
    type_ = type_of(picture)
    return (picture, type_) if type_ else None


async def _fetched(url: str) -> bytes:
    return await (await elsewhere.fetch(url, settings.ALLOW_PRIVATE_UPSTREAM, elsewhere.ICON)).read()


def type_of(picture: bytes) -> str:
    """By its first bytes, whatever its host says; "" for what is no picture."""
    for begins, type_ in _PICTURES.items():
        if picture.startswith(begins):
            return type_
    if picture.startswith(b"RIFF") and picture[8:12] == b"WEBP":
        return "image/webp"
    return "image/svg+xml" if b"<svg" in picture[:_SVG_BEGINS] else ""
