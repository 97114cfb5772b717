"""The error answers, in the shape the API gives in practice: {"statusCode", "error", "message"}."""

import math
from collections.abc import Mapping
from http import HTTPStatus


class ApiError(Exception):
    """An answer other than success: its status, the words for `message`, and headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, object]:
        return error_body(self.status, self.message)


def error_body(status: int, message: str) -> dict[str, object]:
    return {"statusCode": status, "error": phrase(status), "message": message}


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def bad_request(message: str) -> ApiError:
    return ApiError(400, message)


def not_found(what: str) -> ApiError:
    return ApiError(404, f"{what} not found")


def rate_limited(message: str, limit: int, wait_s: float) -> ApiError:
    """429 with the four documented headers; the times are whole seconds, at least one."""
    wait = str(max(1, math.ceil(wait_s)))
    headers = {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": wait,
        "retry-after": wait,
    }
    return ApiError(429, message, headers)
