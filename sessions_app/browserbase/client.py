"""The API's methods that Sightglass uses, named as in the official SDK."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from .belongings import Contexts, Extensions
from .errors import BadRequest
from .media import Media
from .reading import entries, one, segment_of, the_one
from .schemas import (
    CreatedSession,
    LiveView,
    Project,
    ProjectUsage,
    Session,
    SessionList,
    created_session_from,
    live_view_from,
    project_from,
    session_from,
    usage_from,
)
from .traces import Traces
from .transport import CONNECTIONS
from .wire import CREATE, LONG_READ, READ, Wire

logger = logging.getLogger(__name__)


#: How long a status that upstream refused as a filter is not tried again.
_STATUS_REFUSED_S = 600


class Browserbase:
    """A client of one API key. Threads may share it; make it after a fork, not before.

    `base_url` without the /v1; a path prefix is kept. Unless `allow_private`, it must be https and lead to public
    addresses. It makes at most `connections` calls at once. Every method raises UpstreamError and takes `total_s`: the
    seconds it may take with all its retries and waits. Raises BadKey and BadBaseUrl (PrivateAddress).
    """

    def __init__(
        self,
        api_key: str,
        base_url: str = "https://api.browserbase.com",
        allow_private: bool = False,
        connections: int = CONNECTIONS,
    ) -> None:
        self._wire = Wire(api_key, base_url, allow_private, connections)
        self.projects = Projects(self._wire)
        self.sessions = Sessions(self._wire)
        self.traces = Traces(self._wire)
        self.media = Media(self.traces, allow_private)
        self.contexts = Contexts(self._wire)
        self.extensions = Extensions(self._wire)

    @property
    def base_url(self) -> str:
        return self._wire.base_url

    def __repr__(self) -> str:
        return f"Browserbase(base_url={self.base_url!r})"

    def __enter__(self) -> "Browserbase":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the pooled connections; the client cannot be used afterwards."""
        self._wire.close()


class Projects:
    """`/v1/projects`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(self, total_s: float | None = None) -> list[Project]:
        """The projects the key can see. An unreadable one is left out and logged."""
        projects, problems = entries(self._wire.get("/v1/projects", LONG_READ.within(total_s)), project_from)
        for problem in problems:
            logger.warning("A project of %s: %s", self._wire.base_url, problem)
        return projects

    def retrieve(self, id: str, total_s: float | None = None) -> Project:
        answer = self._wire.get(f"/v1/projects/{segment_of(id)}", READ.within(total_s))
        return the_one(id, one(answer, project_from))

    def usage(self, id: str, total_s: float | None = None) -> ProjectUsage:
        """The project's counters as they stand now."""
        return one(self._wire.get(f"/v1/projects/{segment_of(id)}/usage", READ.within(total_s)), usage_from)


class Sessions:
    """`/v1/sessions`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._status_refused_at: dict[str, float] = {}

    def list(self, status: str | None = None, q: str | None = None, total_s: float | None = None) -> SessionList:
        """The sessions the key can see, of one status if given, matching `q` (`user_metadata['path']:'value'`).

        A status that upstream refuses to filter by (400, 422) is filtered here instead, for the next ten minutes at
        once; `total_s` then bounds each of the two requests.
        """
        if not status:
            return self._listed({}, q, total_s)
        if not self._is_refused(status):
            try:
                return self._listed({"status": status}, q, total_s)
            except BadRequest as error:
                if error.status not in (400, 422):
                    raise
        return self._filtered_here(status, q, total_s)

    def retrieve(self, id: str, total_s: float | None = None) -> Session:
        answer = self._wire.get(f"/v1/sessions/{segment_of(id)}", READ.within(total_s))
        return the_one(id, one(answer, session_from))

    def create(self, body: Mapping[str, Any], total_s: float | None = None) -> CreatedSession:
        """Start a session; `body` in the API's own field names. Never sent twice.

        After an error whose `sent` is true, other than a refusal (4xx), upstream may have started one all the same.
        """
        answer = self._wire.post("/v1/sessions", body, CREATE.within(total_s), repeatable=False)
        return one(answer, created_session_from)

    def release(self, id: str, project_id: str | None = None, total_s: float | None = None) -> Session:
        """Ask for the end of a session. The answer may still say RUNNING: the end is seen by reading again."""
        body = {"status": "REQUEST_RELEASE"} | ({"projectId": project_id} if project_id else {})
        answer = self._wire.post(f"/v1/sessions/{segment_of(id)}", body, READ.within(total_s), repeatable=True)
        return the_one(id, one(answer, session_from))

    def live_view(self, id: str, expires_in_s: int | None = None, total_s: float | None = None) -> LiveView:
        """Fresh live-view URLs of a running session (NotFound otherwise), good for `expires_in_s` (upstream: at most
        21600).
        """
        params = {} if expires_in_s is None else {"expiresIn": expires_in_s}
        answer = self._wire.get(f"/v1/sessions/{segment_of(id)}/debug", READ.within(total_s), params)
        return one(answer, live_view_from)

    def _is_refused(self, status: str) -> bool:
        refused_at = self._status_refused_at.get(status)
        return refused_at is not None and time.monotonic() < refused_at + _STATUS_REFUSED_S

    def _filtered_here(self, status: str, q: str | None, total_s: float | None) -> SessionList:
        listed = self._listed({}, q, total_s)
        if not self._is_refused(status):
            self._status_refused_at[status] = time.monotonic()
        listed.sessions = [session for session in listed.sessions if session.status == status]
        return listed

    def _listed(self, params: dict[str, str], q: str | None, total_s: float | None) -> SessionList:
        if q:
            params = params | {"q": q.encode("utf-8", "replace").decode()}
        answer = self._wire.get("/v1/sessions", LONG_READ.within(total_s), params)
        sessions, problems = entries(answer, session_from)
        return _each_once(SessionList(sessions, problems))


def _each_once(listed: SessionList) -> SessionList:
    """A list that names an id twice, as a list read while it changes may: the entry updated last stays."""
    newest: dict[str, Session] = {}
    for session in listed.sessions:
        other = newest.get(session.id)
        if other is None or _age_key(session) >= _age_key(other):
            newest[session.id] = session
    if len(newest) < len(listed.sessions):
        listed.problems.append(f"{len(listed.sessions) - len(newest)} entries repeat an id")
        listed.sessions = list(newest.values())
    return listed


def _age_key(session: Session) -> float:
    return session.updated_at.timestamp() if session.updated_at else 0.0
