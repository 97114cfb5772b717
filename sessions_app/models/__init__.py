"""The tables, and what one row can say about itself."""

from .access import User
from .account import Account
from .audit import AuditEvent
from .belonging import Context, Extension
from .create_try import CreateTry
from .end_batch import BatchedEnd, EndBatch
from .project import Project
from .pull import Pull
from .removal import Removal
from .saved_view import SavedView
from .session import Session
from .token import Token
from .usage import UsageSnapshot
from .usage_note import UsageNote
from .usage_readings import UsageTelling, UsageTouchedDay
from .usage_rollup import UsageChange, UsageDay, UsageKey, UsageQuarter, UsageSplit
from .wish import Wish

__all__ = [
    "Account",
    "AuditEvent",
    "BatchedEnd",
    "Context",
    "CreateTry",
    "EndBatch",
    "Extension",
    "Project",
    "Pull",
    "Removal",
    "SavedView",
    "Session",
    "Token",
    "UsageChange",
    "UsageDay",
    "UsageKey",
    "UsageNote",
    "UsageQuarter",
    "UsageSnapshot",
    "UsageSplit",
    "UsageTelling",
    "UsageTouchedDay",
    "User",
    "Wish",
]
