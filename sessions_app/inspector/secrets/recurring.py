"""Finds typed texts where they turn up again."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

#: Shorter ones are covered where they are the whole of a value only: they are words of every page.
_SHORTEST_WITHIN = 6
_SHORTEST, _PIECE = 3, 200
#: Of texts with more characters altogether, the longest are covered as whole values only.
MOST_WITHIN = 1_000_000


class Typed:
    """Takes a time that depends on the text it looks at, not on how much was typed."""

    def __init__(self, texts: frozenset[str]) -> None:
        self._texts = sorted(texts)
        pieces = list(pieces_of(texts))
        self._within = (
            AhoCorasick(pieces, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA)
            if pieces
            else None
        )

    def is_typed(self, value: str) -> bool:
        """The whole of it, or as far as it was typed when it was sent."""
        if len(value) < _SHORTEST:
            return False
        place = bisect_left(self._texts, value)
        return place < len(self._texts) and self._texts[place].startswith(value)

    def sub(self, text: str, mask: str) -> str:
        if self._within is None or len(text) < _SHORTEST_WITHIN:
            return text
        parts: list[str] = []
        done = 0
        for _, begin, end in self._within.find_matches_as_indexes(text):
            if begin > done or not parts:
                parts += [text[done:begin], mask]
            done = end
        return "".join([*parts, text[done:]]) if parts else text


def pieces_of(texts: Iterable[str]) -> Iterator[str]:
    """Lines, since what sends them ends each in its own way, and long ones in parts."""
    left = MOST_WITHIN
    for text in sorted(texts, key=len):
        left -= len(text)
        if left < 0:
            return
        for line in map(str.strip, text.splitlines()):
            if len(line) >= _SHORTEST_WITHIN:
                begins = range(0, max(len(line) - _SHORTEST_WITHIN, 1), _PIECE)
                yield from (line[begin:end] for begin, end in zip(begins, [*begins[1:], len(line)], strict=True))
