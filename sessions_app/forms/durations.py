"""Lengths of time as people type them."""

import re

SECONDS_OF = {"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}
PART = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]*)\s*")


def parse_seconds(text: str) -> int:
    """`1200`, `20 min`, `1.5 h`, `1 h 30 min` in whole seconds. Raises ValueError for anything else."""
    text = text.strip().lower()
    parts = PART.findall(text)
    if not parts or PART.sub("", text) or any(unit not in SECONDS_OF for _, unit in parts):
        raise ValueError(text)
    return round(sum(float(number) * SECONDS_OF[unit] for number, unit in parts))


def seconds_text(seconds: int) -> str:
    """What one would type for it: 20 min, 1 h 30 min, 95 s."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{left} s" if left else ""]
    return " ".join(filter(None, parts)) or "0 s"
