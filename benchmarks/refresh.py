"""The open list asking again: what it costs while nothing has changed, and what the whole page weighs."""

import gzip
import re

import httpx

from .reader import Reader
from .tables import Table
from .timing import Times, ms, ratio

LIST = "/sessions/"
GZIP = {"Accept-Encoding": "gzip"}
ASSET = re.compile(r'(?:src|href)="(/static/[^"#]+)')


def measure_refresh(reader: Reader, repetitions: int) -> Table:
    table = Table("The open list asks again, nothing has changed", ("answer", "ms", "p95", "bytes sent", "of the page"))
    fragment = {"HX-Request": "true"}
    poll = fragment | {"HX-PTag": reader.get(LIST, headers=fragment).headers["HX-PTag"]}
    whole, changed, unchanged, statuses = Times(), Times(), Times(), []
    for _ in range(repetitions):
        whole.append(reader.seconds(LIST))
        changed.append(reader.seconds(LIST, fragment))
        statuses.append(reader.get(LIST, headers=poll).status_code)
        unchanged.append(reader.seconds(LIST, poll, statuses[-1]))
    page_bytes = reader.bytes_on_the_wire(LIST, {})
    for words, times, sent in (
        ("the whole page", whole, page_bytes),
        ("its rows alone, 200", changed, reader.bytes_on_the_wire(LIST, fragment)),
        ("unchanged, 304", unchanged, reader.bytes_on_the_wire(LIST, poll)),
    ):
        table.add(words, ms(times.median), ms(times.p95), f"{sent:,}", ratio(sent, page_bytes))
    table.notes.append(f"{statuses.count(304)} of {len(statuses)} polls answered 304. Bytes include the headers.")
    return table


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
