"""How long commands take, as a whole process: the best, the middle and the worst of several runs."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence


def seconds_of(call: Callable[[], object]) -> float:
    """Time one call, in seconds."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def cpu_seconds_of(call: Callable[[], object]) -> float:
    """Time one call by the processor's time of this process, which other programs disturb less."""
    begun = time.process_time()
    call()
    return time.process_time() - begun


def command_seconds(words: Sequence[str], runs: int, **options: object) -> list[float]:
    """Time a command over several runs; it has to succeed."""

    def once() -> None:
        subprocess.run(words, check=True, capture_output=True, **options)

    return [seconds_of(once) for _ in range(runs)]


def spread(name: str, seconds: Sequence[float]) -> str:
    """Give a line: least, middle and most of several timings."""
    return f"{name:40} least {min(seconds):.3f} s  middle {statistics.median(seconds):.3f} s  most {max(seconds):.3f} s"


STATSHOP = (sys.executable, "-m", "pipeline.commands.main")
