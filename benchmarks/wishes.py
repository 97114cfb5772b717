"""A hundred ends asked for at once, beside a single one."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from uuid import UUID

import httpx
from django.db.models import Max, Min

from sessions_app.models import Session, Wish
from simulator.times import iso

from .reader import Reader
from .tables import Table
from .timing import Times, ratio, s, wait_until

MANY = 100
CLICKS_AT_ONCE = 8


def measure(reader: Reader, simulator_url: str, singles: int, hundreds: int) -> Table:
    """Needs the account that looks at the simulator."""
    ids = iter(put_in(simulator_url, singles + hundreds * MANY))
    single = Times(end(reader, list(islice(ids, 1))) for _ in range(singles))
    hundred = Times(end(reader, list(islice(ids, MANY))) for _ in range(hundreds))
    table = Table("Ends asked for at once, until all are seen ended", ("ends", "s", "longest", "beside a single one"))
    table.add("1", s(single.median), s(max(single)), "1x")
    table.add(str(MANY), s(hundred.median), s(max(hundred)), ratio(hundred.median, single.median))
    table.notes.append("From the first click to the last end seen; the simulator itself takes 1 to 3 s for each.")
    return table


def put_in(simulator_url: str, count: int) -> list[str]:
    """So many running sessions, once the live pull has brought them."""
    ids, moment = [str(UUID(int=number, version=4)) for number in range(count)], time.time()
    sessions = [{"id": i, "keepAlive": True, "startedAt": iso(moment), "expiresAt": iso(moment + 3600)} for i in ids]
    httpx.post(f"{simulator_url}/_sim/sessions", json=sessions, timeout=30).raise_for_status()
    wait_until(lambda: Session.objects.filter(pk__in=ids).count() == count)
    return ids


def end(reader: Reader, ids: list[str]) -> float:
    """Seconds from the first wish asked to the last one done, by the rows."""
    with ThreadPoolExecutor(CLICKS_AT_ONCE) as people:
        list(people.map(lambda session_id: reader.post_json(f"/sessions/{session_id}/end/"), ids))
    wishes = Wish.objects.filter(session__in=ids)
    wait_until(lambda: wishes.exclude(done_at=None).count() == len(ids))
    moments = wishes.aggregate(asked=Min("asked_at"), done=Max("done_at"))
    return float((moments["done"] - moments["asked"]).total_seconds())
