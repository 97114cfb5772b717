"""What can go wrong between us and Browserbase, as types.

Everything raised by this package is an `UpstreamError`. `message` is a sentence for people: bounded, without markup,
control characters or the API key. `str(error)` is that message.
"""


class UpstreamError(Exception):
    """The call to Browserbase did not give what was asked for.

    `status` is the HTTP status, None when there was no answer. `detail` holds upstream's own words ("" when it had
    none). `retry_after_s` is how long upstream told us to wait (the `retry-after` header, in seconds), None when it
    did not say. `sent` is False when the request provably never left for upstream: then, and only then, a create may
    be repeated.
    """

    #: The same request may succeed a moment later.
    transient = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        detail: str = "",
        retry_after_s: float | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.sent = sent


class BadBaseUrl(UpstreamError):
    """The base URL cannot be used; the message says why. Nothing was sent."""


class PrivateAddress(BadBaseUrl):
    """The base URL leads to a loopback, private or link-local address and that is not allowed. Nothing was sent."""


class BadKey(UpstreamError):
    """401: upstream does not know the API key; or the key cannot be one (empty, spaces, not ASCII)."""


class Forbidden(UpstreamError):
    """403: the key is known and may not do this."""


class NotFound(UpstreamError):
    """404 or 410: upstream has nothing under this id."""


class BadRequest(UpstreamError):
    """Any other 4xx, mostly 400, 409, 422: upstream refuses what was asked; `detail` says why, in its words."""


class RateLimited(UpstreamError):
    """429: too many sessions at once, or too many created in a minute. The request was dropped, not queued.

    `limit`, `remaining` and `reset_s` (seconds) are the `x-ratelimit-*` headers, None when missing or unreadable.
    """

    transient = True
    limit: int | None = None
    remaining: int | None = None
    reset_s: float | None = None


class UpstreamDown(UpstreamError):
    """Browserbase cannot be reached, breaks the connection, or answers 5xx."""

    transient = True


class Timeout(UpstreamDown):
    """Browserbase did not connect, send or finish in time (also 408)."""


class BadAnswer(UpstreamError):
    """There was an answer and it cannot be used: not JSON, HTML, a redirect, of another shape or id, too deep, too
    big.
    """


class TooBig(BadAnswer):
    """The answer is bigger than is read here; the message says both."""


class ForbiddenLink(BadAnswer):
    """An answer names an address that is not fetched: private, without https, or none at all. Nothing was sent."""


class DeadLink(BadAnswer):
    """The address that an answer named gives nothing (any more): it has expired, or what it named is gone."""


class HalfAnswer(BadAnswer):
    """The answer broke off in the middle."""

    transient = True
