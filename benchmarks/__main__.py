"""`python -m benchmarks`: measures, prints, and with --write keeps the tables beside this file."""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .running import Site, running_site
from .tables import Table

HERE = Path(__file__).parent
ABOUT = """How fast the site is, measured on this machine. It starts a site of its own, on servers, ports and data of
its own, and leaves nothing behind; a demo that runs here is not disturbed, but makes the numbers worse."""


@dataclass(frozen=True)
class Effort:
    """How much of everything."""

    page_rounds: int
    many: int  # sessions behind the pages
    look_ups: int
    listed: int
    listings: int
    followed: int
    intervals: int
    singles: int
    hundreds: int
    polls: int
    reads: int
    creates: int
    years: int  # sessions of two years


USUAL = Effort(
    20,
    many=100_000,
    look_ups=3,
    listed=50_000,
    listings=3,
    followed=12,
    intervals=2,
    singles=3,
    hundreds=2,
    polls=5,
    reads=300,
    creates=500,
    years=5_000_000,
)
QUICK = Effort(
    3,
    many=10_000,
    look_ups=1,
    listed=10_000,
    listings=1,
    followed=3,
    intervals=1,
    singles=1,
    hundreds=1,
    polls=1,
    reads=100,
    creates=500,
    years=200_000,
)


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks", description=ABOUT)
    parser.add_argument("--quick", action="store_true", help="less of everything: under a minute, rougher numbers")
    parser.add_argument("--million", action="store_true", help="only the search among a million sessions")
    parser.add_argument("--usage", action="store_true", help="only usage over two years: 15 minutes, --quick: two")
    parser.add_argument("--log", action="store_true", help="only the reading of long logs")
    parser.add_argument("--write", action="store_true", help="keep the tables in benchmarks/*RESULTS.md")
    options = parser.parse_args()
    parts = [SEARCH] if options.million else [SITE] if options.quick else [SITE, SEARCH, LOG]
    parts = [USAGE] if options.usage else [LOG] if options.log else parts
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    failures = []
    with running_site() as site:
        for part in parts:
            failures += run(part, site, QUICK if options.quick else USUAL, options.write)
        if complaints := site.complaints():
            sys.exit(f"The site wrote a traceback:\n{complaints}")
    if failures:
        sys.exit("\n".join(["Failed:", *failures]))


def run(part: "Part", site: Site, effort: Effort, write: bool) -> list[str]:
    """Prints its tables; what failed, whatever the machine."""
    started, tables = time.monotonic(), []
    for table in part.measure(site, effort):
        print(table.as_text(), end="\n\n", flush=True)
        tables.append(table)
    words = conditions(time.monotonic() - started, tables)
    print(words, end="\n\n", flush=True)
    if write:
        (HERE / part.results).write_text(as_document(words, tables))
    return [failure for table in tables for failure in table.failures]


def measure_site(site: Site, effort: Effort) -> Iterator[Table]:
    """Imported here, once Django knows the site's database."""
    from . import gateway, pages, refresh, storing, thread, wishes
    from .reader import Reader

    with Reader(site.url) as reader:
        yield thread.measure(reader, site.simulator_url, effort.followed, effort.intervals)
        yield wishes.measure(reader, site.simulator_url, effort.singles, effort.hundreds)
        yield storing.measure(effort.listed, effort.listings)
        yield from pages.measure(reader, pages.FEW, effort.page_rounds, look_ups=0)
        yield from pages.measure(
            reader, pages.Size(effort.many, projects=12, running=20), effort.page_rounds, effort.look_ups
        )
        yield refresh.measure_refresh(reader, effort.page_rounds, effort.polls)
        yield refresh.measure_weight(reader)
    yield gateway.measure(site.simulator_url, site.url, effort.reads, effort.creates)


def measure_search(site: Site, effort: Effort) -> Iterator[Table]:
    from . import judged, refresh, search
    from .reader import Reader

    with Reader(site.url) as reader:
        yield from search.measure(reader, effort.page_rounds)
        yield refresh.measure_refresh(reader, effort.page_rounds, effort.polls)
        yield refresh.measure_weight(reader)
        yield judged.measure(reader)


def measure_usage(site: Site, effort: Effort) -> Iterator[Table]:
    from . import usage
    from .reader import Reader

    with Reader(site.url) as reader:
        yield from usage.measure(reader, effort.years, effort.page_rounds)


def measure_log(site: Site, effort: Effort) -> Iterator[Table]:
    from . import judged, log
    from .reader import Reader

    with Reader(site.url) as reader:
        yield from log.measure(reader, site.simulator_url, effort.singles)
        yield judged.measure(reader, log.pages(site.simulator_url))


@dataclass(frozen=True)
class Part:
    """What is measured together, and kept in a file of its own."""

    results: str
    measure: Callable[[Site, Effort], Iterator[Table]]


SITE = Part("RESULTS.md", measure_site)
SEARCH = Part("SEARCH_RESULTS.md", measure_search)
USAGE = Part("USAGE_RESULTS.md", measure_usage)
LOG = Part("LOG_RESULTS.md", measure_log)


def conditions(seconds: float, tables: list[Table]) -> str:
    """Where and how it was measured, and what broke its limit."""
    over = [words for table in tables for words in table.over]
    load, python = os.getloadavg()[1], platform.python_version()
    return (
        f"It took {seconds:.0f} s on {os.cpu_count()} cores ({platform.machine()}, Python {python}), "
        f"load average of the last 5 minutes {load:.1f}.\n\n"
        f"Over their limit: {'; '.join(over) or 'nothing'}."
    )


def as_document(words: str, tables: list[Table]) -> str:
    head = "# Results\n\nWritten by `make bench ARGS=--write`. What the numbers mean: docs/speed.md.\n\n"
    return f"{head}{words}\n\n" + "\n\n".join(table.as_markdown() for table in tables) + "\n"


if __name__ == "__main__":
    main()
