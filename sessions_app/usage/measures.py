"""What figures measure, and what each is made of."""

#: The amount that a measure is read from, and how many of it are one.
MEASURES = {
    "browser_minutes": ("used_us", 60_000_000),
    "sessions": ("sessions", 1),
    "proxy_bytes": ("proxy_bytes", 1),
    "wasted_minutes": ("wasted_us", 60_000_000),
}


def amount_of(measure: str) -> str:
    return MEASURES[measure][0]


def measured(measure: str, amount: int) -> float | int:
    """Minutes as they are, without rounding; sessions and bytes whole."""
    unit = MEASURES[measure][1]
    return amount if unit == 1 else amount / unit
