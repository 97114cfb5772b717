"""Several names in one sentence."""

MOST_NAMES = 3


def listed(names: list[str]) -> str:
    """checkout, crawl and forms; checkout, crawl and 18 more. There is one name at least."""
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
