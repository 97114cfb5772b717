"""The Browserbase HTTP API. Imports nothing of Django.

Behaviour that the vendor documents is at docs.browserbase.com; what is undocumented is met leniently, whatever the
answer.
"""

from . import errors
from .address import check_base_url
from .client import Browserbase
from .passing import Passage
from .schemas import CreatedSession, LivePage, LiveView, Project, ProjectUsage, Session, SessionList

__all__ = [
    "Browserbase",
    "CreatedSession",
    "LivePage",
    "LiveView",
    "Passage",
    "Project",
    "ProjectUsage",
    "Session",
    "SessionList",
    "check_base_url",
    "errors",
]
