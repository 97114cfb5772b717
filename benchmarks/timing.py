"""Measured times, and how they are told."""

import math
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any


class Times(list[float]):
    """Seconds, one for each repetition."""

    @property
    def median(self) -> float:
        return statistics.median(self)

    @property
    def p95(self) -> float:
        """The time that 19 of 20 did not exceed; with fewer than 20, the longest."""
        return sorted(self)[math.ceil(0.95 * len(self)) - 1]


def clocked(work: Callable[[], Any]) -> float:
    """Seconds that `work` takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def rounds(most: int, budget_s: float) -> Iterator[int]:
    """Numbers for at most so many repetitions; on a slow machine fewer, but one at least."""
    give_up_at = time.monotonic() + budget_s
    for number in range(most):
        if number and time.monotonic() > give_up_at:
            return
        yield number


def wait_until(question: Callable[[], Any], within_s: float = 60, every_s: float = 0.05) -> None:
    """Return once the answer is true; TimeoutError where it does not become so."""
    give_up_at = time.monotonic() + within_s
    while not question():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"Waited {within_s:g} s in vain.")
        time.sleep(every_s)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"


def s(seconds: float) -> str:
    return f"{seconds:.2f}"


def ratio(measured: float, beside: float) -> str:
    """2.4x"""
    quotient = measured / beside
    return f"{quotient:,.0f}x" if quotient >= 20 else f"{quotient:.2g}x"


def share(measured: float, limit: float) -> str:
    """What of a limit it takes: 24 %. Above 100 % it says so loudly."""
    percent = f"{measured / limit:.0%}".replace("%", " %")
    return percent if measured <= limit else f"**{percent}**"
