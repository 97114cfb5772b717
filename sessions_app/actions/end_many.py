"""Ending many sessions: previewed as rows, confirmed once, asked for in steps by the worker, stoppable in between.

A batch asks for its ends by the same wishes as a click on End. Only a few of them are open at a time: so a batch can be
stopped, and an upstream that refuses is not asked for thousands.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from sessions_app.models import AuditEvent, BatchedEnd, EndBatch, User
from sessions_app.models.end_batch import OPEN
from sessions_app.models.token import token_of
from sessions_app.pulls.bell import ring

from . import release
from .record import record

MOST = 10_000
OPEN_AT_ONCE = 60  # of an account: asked within the last minute and not yet seen ended


def preview(
    session_ids: list[str], user: User, *, q: str | None = None, is_cut: bool = False, unknown: Iterable[str] = ()
) -> EndBatch:
    """Write down what would be ended, at most MOST sessions; nothing is asked of anybody yet."""
    token = token_of(user)
    with transaction.atomic():
        batch = EndBatch.objects.create(
            q=q, made_by=user, token=token, count=len(session_ids), is_cut=is_cut, unknown=list(unknown)
        )
        BatchedEnd.objects.bulk_create(
            [BatchedEnd(batch=batch, session_id=session_id) for session_id in session_ids], batch_size=2_000
        )
    return batch


def confirm(batch: EndBatch, user: User, address: str | None) -> bool:
    """Begin; False where that was done before, or where the preview has expired."""
    with transaction.atomic():
        begun = EndBatch.objects.fresh().filter(pk=batch.pk).update(confirmed_at=timezone.now(), address=address)
        if begun:
            record(AuditEvent.Action.ENDS_ASKED, actor=user, address=address, detail=_what(batch))
            transaction.on_commit(lambda: ring("end_batch", batch.pk, expires_s=10))
    return bool(begun)


def stop(batch: EndBatch, user: User, address: str | None) -> bool:
    """What was not yet asked is not asked any more; what was asked cannot be taken back. False where it was over."""
    with transaction.atomic():
        going_on = EndBatch.objects.under_way().filter(pk=batch.pk, stopped_at=None)
        stopped = going_on.update(stopped_at=timezone.now(), stopped_by=user)
        if stopped:
            record(AuditEvent.Action.ENDS_STOPPED, actor=user, address=address, detail=_what(batch))
            transaction.on_commit(lambda: ring("end_batch", batch.pk, expires_s=10))
    return bool(stopped)


def _what(batch: EndBatch) -> str:
    number = f"Batch {batch.pk}, {batch.count} session{'' if batch.count == 1 else 's'}"
    return f"{number} that match {batch.q or 'anything'}." if batch.q is not None else f"{number} picked one by one."


def sweep() -> None:
    """Do the next step of every batch that is under way: what a killed worker left is among them."""
    for batch_id in list(EndBatch.objects.under_way().order_by("pk").values_list("pk", flat=True)):
        step(batch_id)


def step(batch_id: int) -> None:
    """Ask for a few ends more, unless another worker is at it, and say when there is nothing left to do."""
    with transaction.atomic():
        under_way = EndBatch.objects.under_way().filter(pk=batch_id)
        batch = under_way.select_for_update(skip_locked=True).first()
        if batch is None:
            return
        if batch.stopped_at is None:
            _ask_some(batch)
        if not batch.ends.with_outcome().filter(outcome__in=OPEN).exists():
            batch.done_at = timezone.now()
            batch.save(update_fields=["done_at"])


def _ask_some(batch: EndBatch) -> None:
    """As many as may be open, in the order of the preview."""
    open_now = Counter(BatchedEnd.objects.under_way().order_by().values_list("session__account_id", flat=True))
    full = [account_id for account_id, count in open_now.items() if count >= OPEN_AT_ONCE]
    waiting = batch.ends.waiting().exclude(session__account__in=full).select_related("session__account")
    user = _as_whom(batch)
    for end in waiting[:OPEN_AT_ONCE]:
        if end.session.is_over:
            end.was_over = True
        elif open_now[end.session.account_id] < OPEN_AT_ONCE:
            open_now[end.session.account_id] += 1
            end.asked_at, end.wish = timezone.now(), release.ask(end.session, user, batch.address)
        end.save(update_fields=["asked_at", "was_over", "wish"])


def _as_whom(batch: EndBatch) -> User | None:
    """Whoever confirmed it, with the token by which that came: the record of each end names both."""
    if batch.made_by and batch.token:
        batch.made_by.token = batch.token
    return batch.made_by
