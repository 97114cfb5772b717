"""How many wishes of one account are tried at once: few at a time, and yet each every ten seconds."""

import time

AT_ONCE = 20
HANGS_AFTER_S = 1.0
ROUND_S = 5  # while upstream hangs, each of its wishes gets a try so often; a busy machine takes up to twice as long
MOST_A_SECOND = 200  # a try costs this process some 4 ms
LONGEST_REST_S = 5.0


class Pace:
    """Twenty places, each held until upstream answers, or for a second: what takes longer hangs.

    While something hangs there are as many places as it takes to give every wish its try, so that the calls under way
    become many: for 500 wishes a hundred begin each second and last five. For one thread.
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
        held = sum(now - begun < HANGS_AFTER_S for begun in self._begun.values())
        places = AT_ONCE
        if held < self.under_way:
            places = min(max(AT_ONCE, (waiting + self.under_way) // ROUND_S), MOST_A_SECOND)
        return max(0, min(places - held, most - self.under_way))

    def begin(self, wish_id: int) -> None:
        self._begun[wish_id] = time.monotonic()

    def end(self, wish_id: int, retry_after_s: float | None = None) -> None:
        """After a 429 the account's other wishes wait, too; in a while they ask for themselves."""
        self._begun.pop(wish_id, None)
        if retry_after_s:
            self._rests_until = time.monotonic() + min(retry_after_s, LONGEST_REST_S)
