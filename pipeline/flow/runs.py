"""A piece of work that leaves a row: begun under a lock, kept alive, ended with what it did or why it failed."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.errors import ReadingStopped
from pipeline.masking import without_addresses
from storage.engine import Store
from storage.errors import StorageError
from storage.records import RunCounts, RunOutcome
from storage.runs import beat, begin_run, end_run

BEAT_SECONDS = 20.0
_TOLD_WITHIN = 1.0  # seconds until this process knows of a signal that went to its workers as well
current_run: ContextVar[int] = ContextVar("current_run", default=0)  # the number that log lines carry; 0: no run

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Run:
    """A run that is going on; whoever does the work keeps `counts` up to date and may set `outcome`."""

    id: int
    counts: RunCounts = field(default_factory=RunCounts)
    outcome: RunOutcome = RunOutcome.DONE
    words: str = ""
    fault: str = ""


@contextmanager
def recorded(store: Store, job: str, account: str, clock: Callable[[], datetime]) -> Iterator[Run]:
    """Do a piece of work as a run: raises `AlreadyRunning` when another process is at it.

    The row is ended whatever happens: with the counts so far, and with the error's words when it failed. While the
    work goes on a heartbeat says so, so that the lock of a killed process can be told from that of a slow one.
    """
    run = Run(id=begin_run(store, job, account, now=clock()))
    ended = threading.Event()
    heart = threading.Thread(target=_beating, args=(store, run.id, clock, ended), daemon=True)
    heart.start()
    before = current_run.set(run.id)
    try:
        yield run
    except BaseException as error:
        run.outcome = RunOutcome.FAILED if isinstance(error, Exception) else RunOutcome.STOPPED
        run.fault = type(error).__name__
        run.words = _words_of(error)
        with suppress(StorageError):  # the first error is the one to tell; without an end the run counts as lost
            _ended(store, run, clock)
        raise
    else:
        _ended(store, run, clock)
    finally:
        ended.set()
        heart.join()
        log.info("%s %s %s: fetched %d, stored %d", job, account, run.outcome, run.counts.fetched, run.counts.stored)
        current_run.reset(before)


@contextmanager
def unless_stopped(stop: threading.Event) -> Iterator[None]:
    """Let work end quietly whose readers were ended together with this process: a signal may go to a whole group.

    Raises ReadingStopped where nobody asked this process to stop, within a second.
    """
    try:
        yield
    except ReadingStopped:
        if not stop.wait(_TOLD_WITHIN):
            raise


def _ended(store: Store, run: Run, clock: Callable[[], datetime]) -> None:
    end_run(store, run.id, run.outcome, run.counts, run.words, now=clock(), fault=run.fault)


def _words_of(error: BaseException) -> str:
    """Say an error of ours in its own words, any other by its class alone: its text may quote a message."""
    ours = type(error).__module__.startswith(_OURS)
    return without_addresses(str(error)) if ours else type(error).__name__


_OURS = ("pipeline.", "storage.", "classifiers.", "digests.")


def _beating(store: Store, run_id: int, clock: Callable[[], datetime], ended: threading.Event) -> None:
    while not ended.wait(BEAT_SECONDS):
        with suppress(StorageError):  # a missed beat is made good by the next
            beat(store, run_id, now=clock())
