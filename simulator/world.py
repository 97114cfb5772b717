"""All that exists: projects and sessions, and how sessions live and end. It is in memory and ends with the process."""

import secrets
import time
import uuid
from random import Random
from typing import Any

from msgspec import UNSET, UnsetType

from simulator.belongings import Context, Extension, Shelf
from simulator.creation import SessionRequest
from simulator.errors import bad_request, not_found
from simulator.limits import CreationLimits
from simulator.metadata_query import metadata_filter
from simulator.projects import Project
from simulator.sessions import STATUSES, Client, Plan, Session
from simulator.times import Agenda, iso

CONNECT_WITHIN_S = 300
PROXY_STEP_S = 30
"""How often a running session with a proxy reports more `proxyBytes`."""


def new_id() -> str:
    """An id that no world had before: only the world at its start follows from the seed."""
    return str(uuid.uuid4())


def now() -> float:
    """Seconds since 1970, in the milliseconds that the API's texts can say."""
    return round(time.time(), 3)


def client_of(request: SessionRequest, plan: Plan) -> Client:
    wanted = request.browser_settings
    return Client(plan.connects, plan.stands_still, wanted.solve_captchas, wanted.record_session, wanted.log_session)


class World:
    """Nothing in it moves by itself: `advance` catches up with the clock, and whoever looks calls it first."""

    def __init__(self, projects: list[Project], creates_per_minute: int, random: Random) -> None:
        self.projects = {project.id: project for project in projects}
        self.keys = list(dict.fromkeys(project.key for project in projects))
        self.limits = CreationLimits(creates_per_minute)
        self.random = random
        self.agenda = Agenda()
        self.sessions: dict[str, Session] = {}
        self.contexts = Shelf[Context]("Context")
        self.extensions = Shelf[Extension]("Extension")
        self._newest_first: list[Session] | None = []

    def advance(self) -> float:
        """Does what is due and returns the moment it is now."""
        moment = now()
        self.agenda.run(moment)
        return moment

    @property
    def summary(self) -> str:
        keys = f"key {self.keys[0]}" if len(self.keys) == 1 else f"{len(self.keys)} keys"
        return f"{len(self.projects)} projects, {len(self.sessions)} sessions, {keys}"

    # What a key sees

    def projects_of(self, key: str) -> list[Project]:
        return [project for project in self.projects.values() if project.key == key]

    def project(self, key: str, project_id: str) -> Project:
        project = self.projects.get(project_id)
        if not project or project.key != key:
            raise not_found("Project")
        return project

    def project_meant(self, key: str, project_id: str | UnsetType) -> Project:
        """The one asked for, or the key's first."""
        return self.projects_of(key)[0] if project_id is UNSET else self.project(key, project_id)

    def session(self, key: str, session_id: str) -> Session:
        session = self.sessions.get(session_id)
        if not session or not self._sees(key, session):
            raise not_found("Session")
        return session

    def listed(self, key: str, status: str | None, q: str | None) -> list[Session]:
        """The key's sessions, newest first; ApiError 400 for an unknown status or a malformed `q`."""
        if status is not None and status not in STATUSES:
            raise bad_request(f"status: expected one of {', '.join(STATUSES)}")
        matches = metadata_filter(q) if q is not None else None
        return [
            session
            for session in self._ordered()
            if (status is None or session.fields["status"] == status)
            and self._sees(key, session)
            and (matches is None or matches(session.fields.get("userMetadata")))
        ]

    def _sees(self, key: str, session: Session) -> bool:
        """A session of a project that does not exist belongs to the first key."""
        project = self._project_of(session)
        return (project.key if project else self.keys[0]) == key

    def _project_of(self, session: Session) -> Project | None:
        project_id = session.fields["projectId"]
        return self.projects.get(project_id) if isinstance(project_id, str) else None

    def project_name(self, session: Session) -> str | None:
        project = self._project_of(session)
        return project.name if project else None

    def _ordered(self) -> list[Session]:
        if self._newest_first is None:
            self._newest_first = sorted(self.sessions.values(), key=lambda session: session.created_at, reverse=True)
        return self._newest_first

    # How sessions come

    def admit(self, key: str, request: SessionRequest, plan: Plan) -> Session:
        """A session asked for by a client: ApiError 404 for what the key does not see, 429 past a limit."""
        moment = now()
        project = self.project_meant(key, request.project_id)
        if request.context_id is not None:
            self.contexts.check_usable(key, request.context_id)
        for extension_id in request.extension_ids:
            self.extensions.check_usable(key, extension_id)
        self.limits.check(project, moment)
        self.limits.count(project, moment)
        return self.create(project, request, plan, moment, new_id())

    def create(self, project: Project, request: SessionRequest, plan: Plan, at: float, session_id: str) -> Session:
        """A session created at `at`, also in the past: the agenda brings it to where it would be now."""
        timeout = project.default_timeout if request.timeout is UNSET else request.timeout
        fields: dict[str, Any] = {
            "id": session_id,
            "projectId": project.id,
            "status": "PENDING",
            "region": request.region,
            "createdAt": iso(at),
            "updatedAt": iso(at),
            "startedAt": iso(at),
            "expiresAt": iso(at + timeout),
            "keepAlive": request.keep_alive,
            "proxyBytes": 0,
        }
        if request.context_id is not None:
            fields["contextId"] = request.context_id
        if request.user_metadata is not UNSET:
            fields["userMetadata"] = request.user_metadata
        client = client_of(request, plan)
        session = Session(fields, at, signing_key=secrets.token_urlsafe(32), client=client)
        self.add(session)
        self._plan(session, plan, timeout, request.uses_proxy)
        return session

    def add(self, session: Session) -> None:
        """Puts a session into the world, in place of one with the same id."""
        if session.id in self.sessions:
            self._forget(self.sessions[session.id])
        self.sessions[session.id] = session
        project = self._project_of(session)
        if project and session.is_live:
            project.live[session.id] = session
        self._newest_first = None

    def _forget(self, session: Session) -> None:
        project = self._project_of(session)
        if project and session.is_live:
            project.settle(session, now())

    # How sessions live and end

    def _plan(self, session: Session, plan: Plan, timeout_s: int, uses_proxy: bool) -> None:
        created = session.created_at
        self.agenda.at(created + plan.pending_s, lambda at: self._start(session, at))
        self.end_at(created + timeout_s, session, "TIMED_OUT")
        survives = session.fields["keepAlive"]
        if not plan.connects and not survives:
            self.end_at(created + CONNECT_WITHIN_S, session, "ERROR")
        if plan.ends_after_s is not None and not (survives and plan.ends_by == "disconnect"):
            self.end_at(created + plan.ends_after_s, session, "ERROR" if plan.ends_by == "crash" else "COMPLETED")
        if uses_proxy:
            self.agenda.at(created + PROXY_STEP_S, lambda at: self._use_proxy(session, at))

    def end_at(self, due: float, session: Session, status: str) -> None:
        self.agenda.at(due, lambda at: self._end(session, status, at))

    def _start(self, session: Session, at: float) -> None:
        if self._is_current(session) and session.status == "PENDING":
            session.change(at, status="RUNNING")

    def _use_proxy(self, session: Session, at: float) -> None:
        if self._is_current(session) and session.is_live:
            more = self.random.randint(20_000, 900_000)
            session.change(at, proxyBytes=session.fields["proxyBytes"] + more)
            self.agenda.at(at + PROXY_STEP_S, lambda later: self._use_proxy(session, later))

    def _end(self, session: Session, status: str, at: float) -> None:
        if not self._is_current(session) or not session.is_live:
            return
        session.change(at, status=status, endedAt=iso(at))
        project = self._project_of(session)
        if project:
            project.settle(session, at)

    def _is_current(self, session: Session) -> bool:
        return self.sessions.get(session.id) is session

    def release(self, session: Session) -> None:
        """Asks a live session to end: it does, 1 to 3 seconds later. Asking again, or an ended one, changes nothing."""
        if session.is_live and session.release_at is None:
            session.release_at = now() + self.random.uniform(1, 3)
            self.end_at(session.release_at, session, "COMPLETED")
