"""Work over many messages as the commands do it: begun or gone on with, here or by workers, with progress."""

import argparse
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pipeline.commands.job_functions import FUNCTIONS, Bench
from pipeline.commands.logs import set_up_logs
from pipeline.commands.opening import clock, house_of, note_mailboxes, opened, settings_of, storage_url
from pipeline.commands.progress import ProgressBar
from pipeline.commands.readers import check_rules, reading_basis, work_basis
from pipeline.commands.shelf import ReaderShelf
from pipeline.commands.starting import stop_on_signals
from pipeline.commands.words import many
from pipeline.config import Settings
from pipeline.errors import StretchesFailed
from pipeline.flow.reader import Reader
from pipeline.flow.runs import recorded, unless_stopped
from pipeline.jobs.calls import JobCall, Kind, stretch_call
from pipeline.jobs.here import do_here
from storage.engine import Store
from storage.jobs import job_errors, living_workers
from storage.records import RunOutcome
from storage.stretches import stretches_of
from storage.works import (
    Stretch,
    Work,
    begin_work,
    counts_of,
    end_work,
    faults_of,
    progress_of,
    stretches_left,
    unfinished_work,
)

LOOK_SECONDS = 0.5  # between two looks at how far the workers are
NAMED = 20  # messages that cannot be read today
_NOBODY = (
    "No worker gives a sign of life: start `statshop worker` on any machine, or end this (Ctrl-C) and call it again "
    "with --here: then this process does it."
)
NOBODY_AFTER = 20  # looks without a sign of life of any worker


class Workers(Protocol):
    """What hands stretches to workers (pipeline.jobs.queue): not imported where there are none."""

    def hand_out(self, calls: Iterable[JobCall]) -> None:
        """Hand out many jobs."""

    def stretches_of(self, work: int) -> frozenset[int]:
        """Give the stretches of a large work that wait or are being done."""

    def has_stretches_of(self, work: int) -> bool:
        """Say whether any stretch of a large work waits or is being done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What a large work did: the messages it went over, what it counted, the faults it found.

    `stopped` says that this process was asked to end before all was done; where `by_workers`, they go on without it if
    any is `alive`.
    `anew` says that it was asked for from the start.
    """

    work: Work
    messages: int
    counts: dict[str, int]
    faults: tuple[str, ...]
    stopped: bool
    by_workers: bool = False
    alive: bool = False
    anew: bool = False

    @property
    def outcome(self) -> RunOutcome:
        """Say how a run of it ended."""
        return RunOutcome.STOPPED if self.stopped else RunOutcome.DONE


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what all commands of large works understand."""
    parser.add_argument("--here", action="store_true", help="in this process, also where workers could take it")
    parser.add_argument("--anew", action="store_true", help="from the start, also where one was interrupted")


@contextmanager
def at_work(args: argparse.Namespace, reader: Callable[[Settings, Path], Reader]) -> Iterator["At"]:
    """Give what a command of a large work works with; `reader` makes the reader where this process reads itself."""
    settings, house = settings_of(args), house_of(args)
    set_up_logs(settings.log)
    stop = stop_on_signals()
    with (
        opened(settings, house) as store,
        ReaderShelf(lambda: reader(settings, house), lambda: reading_basis(settings, house)) as readers,
        _workers(settings, house, store, here=args.here) as workers,
    ):
        note_mailboxes(store, settings, now=clock())
        bench = Bench(store=store, settings=settings, house=house, readers=readers, stop=stop)
        yield At(bench=bench, workers=workers, anew=args.anew)


@contextmanager
def _workers(settings: Settings, house: Path, store: Store, *, here: bool) -> Iterator[Workers | None]:
    if here or not store.on_postgresql:
        yield None
        return
    from pipeline.jobs.queue import Queue

    with Queue(storage_url(settings, house)) as queue:
        yield queue


@dataclass(frozen=True, kw_only=True, slots=True)
class At:
    """What a command of a large work works with."""

    bench: Bench
    workers: Workers | None
    anew: bool


def carry_out(
    at: At, kind: Kind, basis: str, stretches: Callable[[], Iterable[Stretch]], words: str, *, replaces: str = ""
) -> Done:
    """Begin a work, or go on with the one of this basis that was interrupted; raises what it failed with.

    A new one takes the place of those of its kind that were begun on a basis that begins with `replaces`.
    Where there are workers the stretches are handed out to them, and this process only watches.
    """
    bench = at.bench
    work = None if at.anew else unfinished_work(bench.store, kind.name, basis)
    if work is None:
        work = begin_work(bench.store, kind.name, basis, stretches(), now=clock(), replaces=replaces)
    elif done := progress_of(bench.store, work.id).messages:
        print(f"Going on with what was interrupted: {done} of {work.total} messages are done.", file=sys.stderr)
    with ProgressBar() as bar:
        shown = Shown(bench.store, work, bar, words)
        if at.workers is None:
            with unless_stopped(bench.stop):
                _here(bench, kind, work, shown)
        else:
            _by_workers(bench.store, at.workers, kind, work, bench.stop, shown)
    ended = _ended(bench.store, work, stopped=bench.stop.is_set())
    alive = at.workers is not None and living_workers(bench.store) > 0
    return replace(ended, by_workers=at.workers is not None, alive=alive, anew=at.anew)


class Shown:
    """Shows how far a work is: asked of the store where others do it, counted here where this process does."""

    def __init__(self, store: Store, work: Work, bar: ProgressBar, words: str) -> None:
        self._store, self._work, self._bar, self._words = store, work, bar, words
        self._done = progress_of(store, work.id).messages

    def count(self, stretch: Stretch) -> None:
        """Count a stretch that is done."""
        self._done += stretch.messages
        self._bar.show(self._words, self._done, self._work.total)

    def ask(self) -> int:
        """Ask how far the work is, and give how many stretches are left."""
        progress = progress_of(self._store, self._work.id)
        self._bar.show(self._words, progress.messages, self._work.total)
        return progress.left


def _here(bench: Bench, kind: Kind, work: Work, shown: Shown) -> None:
    do = FUNCTIONS[kind.queue]
    do_here(
        stretches_left(bench.store, work.id),
        lambda stretch: do(bench, work=work.id, stretch=stretch.number),
        at_once=bench.settings.workers.jobs_at_once,
        share=bench.settings.workers.share,
        stop=bench.stop,
        told=shown.count,
    )


def _by_workers(store: Store, queue: Workers, kind: Kind, work: Work, stop: threading.Event, shown: Shown) -> None:
    """Hand out what is not handed out yet, and watch until nothing is left, or nothing of it waits any more."""
    there = queue.stretches_of(work.id)
    numbers = (stretch.number for stretch in stretches_left(store, work.id) if stretch.number not in there)
    queue.hand_out(stretch_call(kind, work.id, number) for number in numbers)
    looks, told = 0, ""
    while shown.ask() and not stop.wait(look_seconds(work.total)):
        if not queue.has_stretches_of(work.id) and (left := shown.ask()):
            raise StretchesFailed(kind.name, left)
        told = _trouble(store, work, told)
        looks = 0 if living_workers(store) else looks + 1
        if looks == NOBODY_AFTER:
            print(_NOBODY, file=sys.stderr)


def look_seconds(messages: int) -> float:
    """Say how long to wait between two looks at a work, each of which goes over all its stretches. Pure."""
    return min(LOOK_SECONDS + messages / 200_000, 10 * LOOK_SECONDS)


def _trouble(store: Store, work: Work, told: str) -> str:
    """Say why parts of a work fail and are tried again, where that has not been told yet."""
    newest = next((error for error in job_errors(store) if error.about.startswith(f"work {work.id},")), None)
    if newest is None or newest.words == told:
        return told
    print(f"A part failed and is tried again some time later: {newest.words}", file=sys.stderr)
    return newest.words


def _ended(store: Store, work: Work, *, stopped: bool) -> Done:
    progress = progress_of(store, work.id)
    if not progress.left:
        end_work(store, work.id, now=clock())
    counts, faults = dict(counts_of(store, work.id)), faults_of(store, work.id)
    return Done(
        work=work, messages=progress.messages, counts=counts, faults=faults, stopped=stopped and progress.left > 0
    )


def read_all_again(at: At, kind: Kind, words: str) -> Done:
    """Have every stored message read by today's rules, as a run of its own."""
    bench = at.bench
    basis = work_basis(bench.settings, bench.house)
    with recorded(bench.store, kind.name, "", clock) as run:
        _check_todays_rules(at)
        done = carry_out(at, kind, basis, lambda: stretches_of(bench.store), words)
        run.outcome = done.outcome
    return done


def _check_todays_rules(at: At) -> None:
    """Raise where today's rules have mistakes before anything is handed out to workers; here the reader is made so."""
    if at.workers is not None:
        check_rules(at.bench.settings, at.bench.house)


def tell_left(done: Done, left: Mapping[str, str]) -> None:
    """Say how many messages were not read since the settings name their mailbox, and its rules, no more."""
    if count := done.counts.get("left", 0):
        names = ", ".join(f"{name} ({account})" for account, name in left.items())
        print(
            f"{many(count, 'message')} came by a mailbox that the settings name no more, and rules of its own read "
            f"them: {names}. They stay as they are; give the mailbox its table again to have them read again."
        )


def told_unread(done: Done) -> int:
    """Name the messages that cannot be read today, as many as a person wants to see; give the exit status.

    A work that is not at its end is not done either: what follows it in a script waits.
    """
    if done.faults:
        print(*done.faults[:NAMED], f"{len(done.faults)} cannot be read today.", sep="\n", file=sys.stderr)
    return 1 if done.faults or done.stopped else 0


def left_over(done: Done) -> str:
    """Say that a work is not at its end, as the end of a line; "" where it is."""
    left = done.work.total - done.messages
    same = "the same command without --anew" if done.anew else "the same command"
    if done.stopped and done.by_workers and not done.alive:
        return f" No worker gives a sign of life and {left} messages are left; {same} with --here does them."
    if done.stopped and done.by_workers:
        after = "`statshop jobs` says when they are done and what they found"
        return f" The workers go on with the {left} messages that are left; {same} watches them, and {after}."
    return f" Stopped when asked to with {left} messages left; {same} goes on." if done.stopped else ""
