"""What this door answers by itself, in the vendor's shape: `{"statusCode": int, "error": str, "message": str}`."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from sessions_app.browserbase import errors

Headers = list[tuple[bytes, bytes]]

JSON = (b"content-type", b"application/json; charset=utf-8")


@dataclass(frozen=True)
class Answer:
    """A whole answer. `headers` do not name the length."""

    status: int
    headers: Headers
    body: bytes


class Refusal(Exception):
    """The request ends here with this status; the words are for whoever wrote the program."""

    def __init__(self, status: int, message: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers

    @property
    def answer(self) -> Answer:
        body = {"statusCode": self.status, "error": HTTPStatus(self.status).phrase, "message": self.message}
        return Answer(self.status, [JSON, *self.headers], msgspec.json.encode(body))


def refusal_for(error: errors.UpstreamError) -> Refusal:
    """Upstream gave no answer that could be passed on: 504 where it was silent, 502 where it broke."""
    if isinstance(error, errors.BadRequest):
        return Refusal(400, error.message)
    return Refusal(504 if isinstance(error, errors.Timeout) else 502, error.message)
