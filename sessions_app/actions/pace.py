"""How many wishes of one account are tried at once: few at a time, and yet each every ten seconds."""

import time

AT_ONCE = 20
ROUND_S = 5  # while upstream hangs, each of its wishes gets a try so often; up to 10 s on a busy machine
HANGS_AFTER_S = 1.0
SHORTEST_PLACE_S = 0.1  # 200 tries a second: more than that this process cannot send
LONGEST_REST_S = 5.0


class Pace:
    """Twenty places, each held until upstream answers, or for a second: what takes longer hangs.

    While something hangs and more wishes wait than that lets through, a place is held for a shorter time, so that the
    calls under way become many: 500 wishes, each with 5 s for a try, are some 400 calls at once. For one thread.
    """

    def __init__(self) -> None:
        self._begun: dict[int, float] = {}
        self._rests_until = 0.0

    @property
    def under_way(self) -> int:
        return len(self._begun)

    def free(self, waiting: int, most: int) -> int:
        """How many calls may begin now, where `waiting` wishes are due and `most` calls may be under way."""
        now = time.monotonic()
        if now < self._rests_until:
            return 0
        held_s = HANGS_AFTER_S
        if any(now - begun > HANGS_AFTER_S for begun in self._begun.values()):
            held_s = min(held_s, AT_ONCE * ROUND_S / (waiting + self.under_way))
        held = sum(now - begun < max(held_s, SHORTEST_PLACE_S) for begun in self._begun.values())
        return max(0, min(AT_ONCE - held, most - self.under_way))

    def begin(self, wish_id: int) -> None:
        self._begun[wish_id] = time.monotonic()

    def end(self, wish_id: int, retry_after_s: float | None = None) -> None:
        """After a 429 the account's other wishes wait, too; in a while they ask for themselves."""
        self._begun.pop(wish_id, None)
        if retry_after_s:
            self._rests_until = time.monotonic() + min(retry_after_s, LONGEST_REST_S)
