"""What each verdict rests on, and what would speak against it: for whoever wants to judge for himself."""

from dataclasses import dataclass

from .verdict import Verdict


@dataclass(frozen=True)
class Ground:
    """`rests_on` and `against` are sentences; `against` is "" where nothing could."""

    rests_on: str
    against: str = ""


_CUT_SHORT = "The log may be cut short: commands after its last entry would not be in it."
_STATUS = "Browserbase says so, and nothing else is claimed."
_OTHER_PROGRAM = "Browserbase does not say who ended a session: another program with the same key may have released it."

GROUNDS = {
    "still_running": Ground(
        "Browserbase said RUNNING when it was last read; silence is measured by the commands in its log.",
        "The log of a session that runs can be behind, or not be there yet.",
    ),
    "not_started": Ground("Browserbase says PENDING: the browser is not there yet."),
    "released_here": Ground(
        "Somebody asked for its end here before it ended, and the request to release it was sent.",
        "It may have ended by itself in the same moment.",
    ),
    "timed_out_idle": Ground(
        "Browserbase says TIMED_OUT, and from the last command in the log to the end 30 s or more went by.", _CUT_SHORT
    ),
    "timed_out_busy": Ground(
        "Browserbase says TIMED_OUT, and a command stands in the log less than 30 s before the end.",
        "That command may have been the last one that was wanted.",
    ),
    "timed_out": Ground("Browserbase says TIMED_OUT. Its log does not tell what it was doing."),
    "closed_by_client": Ground(
        "A Browser.close stands in the last 5 s of the log: whoever held the connection asked for it.", _OTHER_PROGRAM
    ),
    "released_elsewhere": Ground(
        "It completed with keep alive set, which no disconnecting ends, and nobody asked for its end here.",
        "Browserbase also ends some such sessions by itself, shortly after their start.",
    ),
    "disconnected_or_released": Ground(
        "It completed without keep alive: the end of its client's connection ends it, and so does a release.",
        "Neither leaves a trace that could be read.",
    ),
    "connection_idle": Ground(
        "It completed after 10 min without a command in its log, and Browserbase closes a connection after so long.",
        _CUT_SHORT,
    ),
    "never_connected": Ground(
        "Nothing is in its log, and it was over after 5 min, which is how long Browserbase waits for a connection.",
        "Where logging was switched off for it, its log is empty whatever it did.",
    ),
    "ended_at_once": Ground(
        "It completed within a minute although keep alive was set, and nobody asked for its end here.", _OTHER_PROGRAM
    ),
    "crashed": Ground(
        "Browserbase says ERROR, and a page's crash stands in its log.", "The crash need not be why the session failed."
    ),
    "error": Ground("Browserbase says ERROR, and no log tells of a crash."),
}


def ground_of(verdict: Verdict) -> Ground:
    return GROUNDS.get(verdict.cause, Ground(_STATUS))
