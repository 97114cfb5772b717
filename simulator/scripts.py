"""What the played browsers do: stories of pages and tabs, and which page a session shows at a given moment.

A session tells its story from its start to its end, over and over, with other goods each round. All of it follows from
the session's id and the time, so that every look at it and every simulator shows the same.
"""

import uuid
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from simulator.clock import NEVER, Clock
from simulator.sessions import Session
from simulator.times import parsed


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a story. `kind` says how static/pages.js draws it; `{item}` and `{slug}` stand for the goods."""

    site: str
    path: str
    title: str
    kind: str
    seconds: int
    scene: str
    """The film of it in scenes/."""

    @property
    def url(self) -> str:
        return f"https://{self.site}{self.path}"

    def about(self, item: str) -> "Page":
        slug = item.lower().replace(" ", "-")
        return replace(self, path=self.path.format(slug=slug), title=self.title.format(item=item))


@dataclass(frozen=True, slots=True)
class Story:
    """`main` is what the first tab shows, page after page; `side` are tabs that open for a while, with their start."""

    main: tuple[Page, ...]
    side: tuple[tuple[float, Page], ...]
    items: tuple[str, ...]

    @property
    def seconds(self) -> int:
        return sum(page.seconds for page in self.main)


@dataclass(frozen=True, slots=True)
class Tab:
    """An open tab: `id` as a DevTools target id, the page it shows and for how many seconds it has shown it."""

    id: str
    page: Page
    shown_s: float
    item: str
    is_main: bool


SHOPPING = Story(
    main=(
        Page("shop.example", "/", "Harbour Outdoor", "grid", 9, "shop-home"),
        Page("shop.example", "/search?q={slug}", "{item} - search", "grid", 9, "shop-found"),
        Page("shop.example", "/p/{slug}", "{item} | Harbour Outdoor", "product", 10, "shop-product"),
        Page("shop.example", "/cart", "Your cart (1)", "cart", 8, "shop-cart"),
        Page("shop.example", "/checkout", "Checkout", "checkout", 16, "shop-checkout"),
        Page("shop.example", "/orders/thanks", "Thank you for your order", "done", 8, "shop-thanks"),
    ),
    side=((20, Page("help.shop.example", "/sizes/{slug}", "Size guide: {item}", "article", 14, "shop-sizes")),),
    items=("Trail Runner 4", "Alpine Shell", "Merino Beanie", "Canvas Pack 28", "Camp Stove Duo"),
)
READING = Story(
    main=(
        Page("search.example", "/", "Search", "search", 7, "search-home"),
        Page("search.example", "/?q={slug}", "{item} - Search", "results", 9, "search-results"),
        Page("journal.example", "/{slug}", "{item} - The Tide Journal", "article", 18, "journal-article"),
        Page("data.example", "/sets/{slug}", "{item}: the figures", "table", 12, "data-table"),
    ),
    side=(
        (12, Page("wiki.example", "/wiki/{slug}", "{item} - Open Wiki", "article", 16, "wiki-article")),
        (22, Page("data.example", "/sets/{slug}/notes", "Notes on {item}", "results", 14, "data-notes")),
    ),
    items=("Tidal Power", "Rail Freight", "Urban Trees", "Port Traffic", "Grid Storage"),
)
PAPERWORK = Story(
    main=(
        Page("portal.example", "/sign-in", "Sign in - Portal", "login", 10, "portal-sign-in"),
        Page("portal.example", "/cases", "Open cases", "table", 9, "portal-cases"),
        Page("portal.example", "/cases/new?type={slug}", "{item} - new case", "form", 18, "portal-form"),
        Page("portal.example", "/cases/sent", "Case received", "done", 7, "portal-sent"),
    ),
    side=((22, Page("docs.portal.example", "/guides/{slug}", "How to file: {item}", "article", 14, "portal-guide")),),
    items=("Address Change", "Travel Claim", "Parking Permit", "Supplier Invoice", "Licence Renewal"),
)
STORIES = (SHOPPING, READING, PAPERWORK)
STORY_OF_PROJECT = {"checkout": SHOPPING, "crawl": READING, "forms": PAPERWORK, "price-watch": SHOPPING}


def story_of(session: Session, project_name: str | None) -> Story:
    return STORY_OF_PROJECT.get(project_name or "") or Random(session.id).choice(STORIES)


def clock_of(session: Session, story: Story) -> Clock:
    return Clock(
        session.created_at, session.skips, stands_at_s(session, story) if session.client.stands_still else NEVER
    )


def stands_at_s(session: Session, story: Story) -> float:
    """The end of a page, in the middle of what the session's time allows: the last click has led nowhere."""
    lasts_s = (parsed(session.fields["expiresAt"]) or session.created_at) - session.created_at
    turn, into_s = divmod(Random(f"{session.id} stands").uniform(0.2, 0.7) * lasts_s, story.seconds)
    page_ends = accumulate(page.seconds for page in story.main)
    return turn * story.seconds + next(end for end in page_ends if end > into_s) - 0.001


def item_of(session: Session, story: Story, turn: float) -> str:
    """What the story is about in this round of it."""
    return Random(f"{session.id} {turn:.0f}").choice(story.items)


def skip_page(session: Session, project_name: str | None, moment: float) -> None:
    """The first tab goes on to its next page at once."""
    main = tabs(session, project_name, moment)[0]
    clock_of(session, story_of(session, project_name)).skip(moment, max(0.0, main.page.seconds - main.shown_s))


def tabs(session: Session, project_name: str | None, moment: float) -> list[Tab]:
    """The tabs open at `moment`, the first one first."""
    story = story_of(session, project_name)
    turn, into_s = divmod(clock_of(session, story).played_s(moment), story.seconds)
    item = item_of(session, story, turn)
    shown = [main_tab(session, story, into_s, item)]
    for number, (opens_s, page) in enumerate(story.side, start=1):
        if opens_s <= into_s < opens_s + page.seconds:
            shown.append(
                Tab(side_target(session, turn, number), page.about(item), into_s - opens_s, item, is_main=False)
            )
    return shown


def main_tab(session: Session, story: Story, into_s: float, item: str) -> Tab:
    page = story.main[0]
    for page in story.main:
        if into_s < page.seconds:
            break
        into_s -= page.seconds
    return Tab(target_id(session, "0"), page.about(item), into_s, item, is_main=True)


def side_target(session: Session, turn: float, number: int) -> str:
    return target_id(session, f"{turn:.0f}.{number}")


def target_id(session: Session, name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{session.id} {name}").hex.upper()
