"""Which tabs a session's page has, and which one opens by itself."""

from dataclasses import dataclass

from django.urls import reverse

from sessions_app.models import Session


@dataclass(frozen=True)
class Tab:
    """`name` is the end of its address and of its URL's name."""

    name: str
    label: str

    def address(self, session: Session) -> str:
        return reverse(f"session_{self.name}", args=[session.id])


LIVE = Tab("live", "Live")
REPLAY = Tab("replay", "Replay")
ALWAYS = (
    REPLAY,
    Tab("story", "Story"),
    Tab("network", "Network"),
    Tab("console", "Console"),
    Tab("files", "Files"),
    Tab("details", "Details"),
    Tab("evidence", "Evidence"),
    Tab("raw", "Raw"),
)
BY_NAME = {tab.name: tab for tab in (LIVE, *ALWAYS)}


def phase_of(session: Session) -> str:
    """`live` only while upstream says RUNNING; `waiting` for its browser; `ended`; `none` in a status nobody knows."""
    if session.is_over:
        return "ended"
    return {"RUNNING": "live", "PENDING": "waiting"}.get(session.status, "none")


def tabs_of(session: Session) -> list[Tab]:
    return [LIVE, *ALWAYS] if is_watched(session) else list(ALWAYS)


def opens_with(session: Session) -> Tab:
    """What somebody wants who asks for no tab: the browser while there is one, else what it left."""
    return LIVE if is_watched(session) else REPLAY


def is_watched(session: Session) -> bool:
    return phase_of(session) in ("live", "waiting")
