"""Pieces of a batch of ends."""

from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sessions_app.models.end_batch import Outcome
from sessions_app.views.batch_figures import Progress

from .icons import icon

register = template.Library()

# outcome: (icon, class of a status)
LOOKS = {
    Outcome.WAITING: ("circle-dashed", "gone"),
    Outcome.ASKED: ("square", "ending"),
    Outcome.ENDED: ("check", "live"),
    Outcome.OVER: ("check", "completed"),
    Outcome.RUNNING: ("player-play", "timed-out"),
    Outcome.REFUSED: ("alert-triangle", "error"),
    Outcome.NOT_ASKED: ("x", "gone"),
}
WORDS = {
    Outcome.WAITING: "waiting",
    Outcome.ASKED: "asked",
    Outcome.ENDED: "ended",
    Outcome.OVER: "over before",
    Outcome.RUNNING: "still running",
    Outcome.REFUSED: "refused",
    Outcome.NOT_ASKED: "not asked",
}


@register.filter
def outcome_words(outcome: str) -> str:
    return WORDS[Outcome(outcome)]


@register.simple_tag
def end_outcome(outcome: str) -> SafeString:
    name, look = LOOKS[Outcome(outcome)]
    words = WORDS[Outcome(outcome)].capitalize()
    return format_html('<span class="status status-{}">{}{}</span>', look, icon(name), words)


@register.simple_tag
def ends_drawn(progress: Progress) -> SafeString:
    """One bar of all of a batch: what is over, what failed, what was asked. Words stand beside it."""
    boxes = format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="8"/>', _side_by_side(progress))
    return format_html('<svg class="ends-bar" aria-hidden="true">{}</svg>', boxes)


def _side_by_side(progress: Progress) -> Iterator[tuple[str, str, str]]:
    """(class, x, width) in per cent."""
    parts = [("ends-done", progress.done), ("ends-failed", progress.failed)]
    parts.append(("ends-asked", progress.counts[Outcome.ASKED]))
    before, count = 0, max(progress.batch.count, 1)
    for look, amount in parts:
        if amount:
            yield look, f"{100 * before / count:.3f}", f"{100 * amount / count:.3f}"
        before += amount
