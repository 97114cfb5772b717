"""While PostgreSQL is away: how that is told from its other errors, and that the log says it in a line."""

import logging

from psycopg import OperationalError
from psycopg.errors import AdminShutdown, CannotConnectNow, CrashShutdown, TooManyConnections

TAKES_NOBODY = (AdminShutdown, CannotConnectNow, CrashShutdown, TooManyConnections)


def is_away(error: BaseException | None) -> bool:
    """Whether it could not be reached, or let go of us. Where it did not answer at all there is no SQLSTATE."""
    cause = getattr(error, "__cause__", None) or error
    return isinstance(cause, OperationalError) and (cause.sqlstate is None or isinstance(cause, TAKES_NOBODY))


class InOneLine(logging.Filter):
    """Leaves out the traceback, which says nothing of a database that is away and comes with each request."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if is_away(error):
            record.msg = f"{record.getMessage()}: PostgreSQL is away ({str(error).partition(chr(10))[0]})"
            record.args, record.exc_info = (), None
        return True
