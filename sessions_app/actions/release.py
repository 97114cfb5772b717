"""Ending a session: the wish is a row, kept and tried until a read shows the end."""

from django.db import transaction
from django.utils import timezone

from sessions_app.models import AuditEvent, Session, User, Wish
from sessions_app.pulls.bell import ring

from .record import record


def ask(session: Session, user: User | None, address: str | None = None) -> Wish:
    """The wish to end this session, written down together with its place in the record; the worker carries it out.

    An open wish is returned as it is. A session that has ended gives a wish that is done, without a call to upstream.
    """
    if session.is_ended:
        now = timezone.now()
        return session.wishes.exclude(done_at=None).first() or Wish(session=session, asked_by=user, done_at=now)
    with transaction.atomic():
        wish, is_new = Wish.objects.get_or_create(session=session, done_at=None, defaults={"asked_by": user})
        if is_new:
            record(AuditEvent.Action.END_ASKED, actor=user, address=address, session=session)
            transaction.on_commit(ring_for_wishes)
    return wish


def ring_for_wishes() -> None:
    """Tell a worker that there are wishes to carry out: one bell for any number of them."""
    ring("carry_out_wishes", expires_s=10)
