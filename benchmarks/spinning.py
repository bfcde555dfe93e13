"""Processes that only reckon: what two cores of this machine are worth against one, at this moment."""

import multiprocessing
import time


def reckoned(processes: int, seconds: float) -> float:
    """Count how often all processes together get through a loop in a second."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return float(sum(pool.map(_spin, [seconds] * processes, chunksize=1))) / seconds


def _spin(seconds: float) -> int:
    rounds, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        sum(number * number for number in range(1000))
        rounds += 1
    return rounds
