"""The Browserbase HTTP API. Imports nothing of Django.

Behaviour that the vendor documents is at docs.browserbase.com; what is undocumented is met leniently, whatever the
answer.
"""

from . import errors
from .address import check_base_url
from .belongings import Context, Extension
from .client import Browserbase
from .elsewhere import Fetched
from .passing import Passage
from .playlist import Playlist
from .schemas import CreatedSession, LivePage, LiveView, Project, ProjectUsage, Session, SessionList
from .session_log import LogEntry, LogSide, SessionLog
from .trace_schemas import Recording, RecordingDownload, RecordingEvent, ReplayList, ReplayPage

__all__ = [
    "Browserbase",
    "Context",
    "CreatedSession",
    "Extension",
    "Fetched",
    "LivePage",
    "LiveView",
    "LogEntry",
    "LogSide",
    "Passage",
    "Playlist",
    "Project",
    "ProjectUsage",
    "Recording",
    "RecordingDownload",
    "RecordingEvent",
    "ReplayList",
    "ReplayPage",
    "Session",
    "SessionList",
    "SessionLog",
    "check_base_url",
    "errors",
]
