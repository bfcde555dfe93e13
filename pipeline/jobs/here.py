"""Stretches of a large work done in this process, some at once, and leaving others their share of the machine.

A worker does its stretches one by one, as gently.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import ParamSpec, TypeVar

Item = TypeVar("Item")
Given = ParamSpec("Given")


def do_here(
    stretches: Iterable[Item],
    do: Callable[[Item], None],
    *,
    at_once: int,
    share: float,
    stop: threading.Event,
    told: Callable[[Item], None],
) -> None:
    """Do the stretches; `told` hears when one is done. Raises what the first that failed raised.

    Those that run when another fails, or when `stop` is set, are done to their end.
    """
    waiting = iter(stretches)
    running: dict[Future[None], Item] = {}
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="stretch") as threads:
        while not stop.is_set():
            for stretch in islice(waiting, at_once - len(running)):
                running[threads.submit(gently, do, share, stop, stretch)] = stretch
            if not running:
                return
            for one in wait(running, return_when=FIRST_COMPLETED).done:
                one.result()
                told(running.pop(one))


def pause_after(seconds: float, share: float) -> float:
    """Say how long to rest after so many seconds of work, so that it takes this share of the time. Pure."""
    return seconds * (1 - share) / share


def gently(
    do: Callable[Given, None], share: float, stop: threading.Event, *args: Given.args, **kw: Given.kwargs
) -> None:
    """Do something, then rest, so that it takes this share of the time; no rest where `stop` is set."""
    began = time.monotonic()
    do(*args, **kw)
    stop.wait(pause_after(time.monotonic() - began, share))
