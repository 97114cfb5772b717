"""Tabler's icons as one small sprite in the page: `{% icon "player-play" %}` refers to it by name."""

import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

FOLDER = settings.BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons" / "outline"
NAMES = frozenset(
    """
    activity adjustments-horizontal alert-triangle api arrow-down arrow-left arrow-right arrow-up arrow-up-right
    bookmark browser calendar camera chart-bar check chevron-right circle-dashed clock clock-x columns-3 cookie copy
    copy-plus corner-down-right cursor-text device-desktop dots download external-link eye folders gauge hand-click
    hand-stop help info-circle key keyboard layout-dashboard layout-grid list logout maximize message minus moon mouse
    pin player-pause player-play player-skip-back player-skip-forward plug-x plus printer puzzle refresh robot search
    square stack-2 sun terminal-2 unlink upload user users world world-x x
    """.split()
)


@register.simple_tag
@lru_cache
def icon(name: str) -> SafeString:
    """A 16 px drawing beside a word. It says nothing by itself, so it is hidden from screen readers."""
    if name not in NAMES:
        raise template.TemplateSyntaxError(f"{name} is not in the icon sprite: add it to NAMES.")
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
@lru_cache(maxsize=1)
def icon_sprite() -> SafeString:
    """Every icon that pages use, once, as symbols."""
    symbols = "".join(f'<symbol id="i-{name}" viewBox="0 0 24 24">{_paths(name)}</symbol>' for name in sorted(NAMES))
    return mark_safe(f'<svg class="sprite" aria-hidden="true">{symbols}</svg>')  # noqa: S308  the files are the package's


def _paths(name: str) -> str:
    drawing = (FOLDER / f"{name}.svg").read_text()
    inner = drawing.partition(">")[2].rpartition("</svg>")[0]
    inner = re.sub(r"\s+", " ", inner).replace(" />", "/>").replace("> <", "><").strip()
    return inner.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none"/>', "")
