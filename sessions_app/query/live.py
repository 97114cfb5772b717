"""The sessions that a question means and that may still run: few among however many."""

from sessions_app.models import Session
from sessions_app.models.session import SessionQuerySet

from .question import Question


def live(question: Question) -> SessionQuerySet:
    """In no order. The index of what has not ended serves, whatever the question; to be read within `bounded`."""
    return Session.objects.holding_slots().filter(question.condition).order_by()
