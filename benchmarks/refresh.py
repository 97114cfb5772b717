"""The open list asking again: what it costs while nothing has changed, and what the whole page weighs."""

import gzip
import re
import time
from http import HTTPStatus

import httpx

from .reader import Reader
from .tables import Table
from .timing import Times, ms, ratio, rounds

LIST = "/sessions/"
GZIP = {"Accept-Encoding": "gzip"}
FRAGMENT = {"HX-Request": "true"}
POLL_S = 3.0  # as templates/list/rows.html has it
BUDGET_S = 8.0
TRIES = 10
UNCHANGED_BYTES = 500
ASSET = re.compile(r'(?:src|href)="(/static/[^"#]+)')


def measure_refresh(reader: Reader, repetitions: int, polls: int) -> Table:
    whole, changed, unchanged = Times(), Times(), Times()
    for _ in rounds(repetitions, BUDGET_S):
        whole.append(reader.seconds(LIST))
        changed.append(reader.seconds(LIST, FRAGMENT))
        unchanged.append(time_unchanged(reader))
    sizes = [reader.bytes_on_the_wire(LIST, headers) for headers in (GZIP, GZIP | FRAGMENT, GZIP | poll_of(reader))]
    table = Table("The open list asks again", ("answer", "ms", "p95", "bytes sent", "of the page"))
    names = ("the whole page", "the rows alone", "nothing has changed")
    for words, times, sent in zip(names, (whole, changed, unchanged), sizes, strict=True):
        table.add(words, ms(times.median), ms(times.p95), f"{sent:,}", ratio(sent, sizes[0]))
    if sizes[-1] >= UNCHANGED_BYTES:
        table.over.append(f"an unchanged list takes {sizes[-1]} bytes of {UNCHANGED_BYTES}")
    table.notes.append(f"{count_unchanged(reader, polls)} of {polls} polls, {POLL_S:g} s apart, answered 304.")
    return table


def poll_of(reader: Reader) -> dict[str, str]:
    """The headers of the open page's next poll: it knows the rows as they are now."""
    return FRAGMENT | {"HX-PTag": reader.get(LIST, headers=FRAGMENT).headers["HX-PTag"]}


def time_unchanged(reader: Reader) -> float:
    """Asks again where something changed in that very moment."""
    for _ in range(TRIES):
        poll = poll_of(reader)
        before = time.perf_counter()
        if reader.get(LIST, headers=poll).status_code == HTTPStatus.NOT_MODIFIED:
            return time.perf_counter() - before
    raise RuntimeError(f"{TRIES} polls in a row found changed rows.")


def count_unchanged(reader: Reader, polls: int) -> int:
    """How many polls of an open page find nothing new, though nothing happens: what runs goes on running."""
    found, poll = 0, poll_of(reader)
    for _ in range(polls):
        time.sleep(POLL_S)
        answer = reader.get(LIST, headers=poll)
        found += answer.status_code == HTTPStatus.NOT_MODIFIED
        poll["HX-PTag"] = answer.headers["HX-PTag"]
    return found


def measure_weight(reader: Reader) -> Table:
    """What a browser loads for /sessions/ the first time."""
    table = Table("What /sessions/ weighs, 50 rows, the first time", ("file", "bytes sent", "as", "uncompressed"))
    page = reader.get(LIST, headers=GZIP)
    sent = [add(table, LIST, page, reader.bytes_on_the_wire(LIST, GZIP))]
    for path in ASSET.findall(page.text):
        answer = reader.get(path, headers=GZIP)
        sent.append(add(table, path, answer, int(answer.headers["Content-Length"])))
    table.add("together", f"{sum(sent):,}", "", "")
    if "Content-Encoding" not in page.headers:
        packed = len(gzip.compress(page.content, 6))
        table.notes.append(
            f"The HTML is not compressed. gzip would make {packed:,} bytes of it ({packed / sent[0]:.0%})."
        )
    return table


def add(table: Table, path: str, answer: httpx.Response, sent: int) -> int:
    encoding = answer.headers.get("Content-Encoding", "as it is")
    table.add(path, f"{sent:,}", encoding, f"{len(answer.content):,}")
    return sent
