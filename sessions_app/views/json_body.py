"""What a script sends as JSON."""

from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest


class BadBody(Exception):
    """The request holds nothing that can be done; `status` and the message say why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def decoded(request: HttpRequest) -> Any:
    """The body, whatever JSON it is. Raises BadBody."""
    if request.content_type != "application/json":
        raise BadBody(415, "Send the body as JSON, with Content-Type: application/json.")
    try:
        return msgspec.json.decode(request.body)
    except RequestDataTooBig:
        raise BadBody(413, "This body is too big.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadBody(400, "The body is not JSON.") from None
