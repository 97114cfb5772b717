"""How a session's script runs against the clock: clicks in the live view push it on, and some come to stand still.

"Played" seconds are those of the script, counted from the session's creation; a moment is seconds since 1970.
"""

from dataclasses import dataclass, field
from math import inf

NEVER = inf


@dataclass(frozen=True, slots=True)
class Skip:
    """Somebody clicked at the moment `at`: what the script had still to do, up to `played_to`, did not happen."""

    at: float
    played_from: float
    played_to: float


@dataclass(slots=True)
class Clock:
    """`stands_at_s`: the played second from which the script waits for what never comes, until the next click."""

    created_at: float
    skips: list[Skip] = field(default_factory=list)
    stands_at_s: float = NEVER

    def played_s(self, moment: float) -> float:
        """How far the script is. A skip counts from its own moment on."""
        since, base_s = self.created_at, 0.0
        for skip in self.skips:
            if skip.at <= moment:
                since, base_s = skip.at, skip.played_to
        return min(base_s + max(0.0, moment - since), max(self.stands_at_s, base_s))

    def moment_of(self, played_s: float) -> float:
        """When the script came to this: for what was skipped, the click. NEVER where it stands before."""
        since, base_s = self.created_at, 0.0
        for skip in self.skips:
            if played_s < skip.played_from:
                break
            if played_s < skip.played_to:
                return skip.at
            since, base_s = skip.at, skip.played_to
        return since + played_s - base_s if played_s <= max(self.stands_at_s, base_s) else NEVER

    def skip(self, at: float, seconds: float) -> None:
        played_from = self.played_s(at)
        self.skips.append(Skip(at, played_from, played_from + seconds))
