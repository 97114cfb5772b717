"""What of every entry is known without decoding it again: its method, its tab, its moment."""

from .messages import Message
from .times import UNKNOWN, Clock, Moment


class Index:
    """By an entry's place in the log. `at_ms` is since 1970, None where nothing tells; `methods` "" for what cannot be
    read. Several lists instead of one of objects: of a long log they take a tenth."""

    def __init__(self, count: int) -> None:
        self.methods = [""] * count
        self.pages: list[int | None] = [None] * count
        self.at_ms: list[float | None] = [None] * count
        self._moments: list[Moment] = [UNKNOWN] * count

    def take(self, message: Message) -> None:
        self.methods[message.number] = message.method
        self.pages[message.number] = message.page
        self._moments[message.number] = message.moment

    def settle(self, clock: Clock) -> None:
        """Once all is read, and the clock knows what it can."""
        self.at_ms = [clock.ms(moment) for moment in self._moments]
        self._moments = []
