"""What a session's browser showed and when: its script's story, told as visits to pages.

Logs, recordings, replays and files all follow from it, so they agree with each other and with the live view.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, count, takewhile

from simulator.clock import Clock
from simulator.creation import LONGEST_TIMEOUT_S
from simulator.scripts import Page, Story, clock_of, item_of, side_target, story_of, target_id
from simulator.sessions import Session
from simulator.steps import Step, steps_on
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Visit:
    """A page in a tab, from one moment (seconds since 1970) to another.

    `tab` counts tabs in the order in which they opened; 0 is the one that the story is about. A visit can be shorter
    than its page's time, where the session ended or somebody clicked in the live view, and longer, where the script
    stood still.
    """

    tab: int
    target: str
    page: Page
    item: str
    begins: float
    ends: float
    is_first: bool
    """Of its tab or of its turn of the story: the script navigates to it. To others a click has led."""

    @property
    def lasts_s(self) -> float:
        return self.ends - self.begins

    def at(self, share: float) -> float:
        """The moment of a step that is due after this share of the page's time."""
        return self.begins + share * self.page.seconds

    @property
    def steps(self) -> list[Step]:
        return steps_on(self.page, self.item)


def visits_of(world: World, session: Session, moment: float) -> list[Visit]:
    """In order of their beginning, up to the session's end, or to `moment` while it lives."""
    if not session.client.connects or session.status == "PENDING":
        return []
    story = story_of(session, world.project_name(session))
    until = min(moment, session.ended_at or moment, session.created_at + LONGEST_TIMEOUT_S)
    seen = takewhile(lambda visit: visit.begins < until, played(session, story, clock_of(session, story)))
    side_tabs = count(1)
    return [
        replace(visit, tab=visit.tab and next(side_tabs), ends=min(visit.ends, until))
        for visit in seen
        if visit.ends > visit.begins
    ]


def played(session: Session, story: Story, clock: Clock) -> Iterator[Visit]:
    """Without end; `tab` is 0 or 1 here."""
    for turn in count():
        item, base_s = item_of(session, story, turn), turn * story.seconds
        yield from heapq.merge(
            main_visits(session, story, clock, item, base_s),
            side_visits(session, story, clock, item, turn),
            key=lambda visit: visit.begins,
        )


def main_visits(session: Session, story: Story, clock: Clock, item: str, base_s: int) -> Iterator[Visit]:
    target = target_id(session, "0")
    ends = list(accumulate((page.seconds for page in story.main), initial=base_s))
    for number, page in enumerate(story.main):
        begins, until = clock.moment_of(ends[number]), clock.moment_of(ends[number + 1])
        yield Visit(0, target, page.about(item), item, begins, until, is_first=number == 0)


def side_visits(session: Session, story: Story, clock: Clock, item: str, turn: int) -> Iterator[Visit]:
    for number, (opens_s, page) in enumerate(story.side, start=1):
        opens_s += turn * story.seconds
        begins, until = clock.moment_of(opens_s), clock.moment_of(opens_s + page.seconds)
        yield Visit(1, side_target(session, turn, number), page.about(item), item, begins, until, is_first=True)
