"""Interleaved rounds, medians and ratios."""

import statistics
import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def interleaved(variants: Mapping[str, Work], *, rounds: int) -> dict[str, float]:
    """Median milliseconds of each variant; all take turns, so that a busy minute hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for work in variants.values():
        for _ in range(3):
            work()
    for _ in range(rounds):
        for name, work in variants.items():
            started = time.perf_counter()
            work()
            times[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def report(title: str, medians: Mapping[str, float], *, base: str) -> None:
    """Print milliseconds and how many times the base each one takes."""
    print(f"\n{title}")
    for name, milliseconds in medians.items():
        print(f"  {name:<58} {milliseconds:9.2f} ms   {milliseconds / medians[base]:5.2f}x")
