"""The schedule of one deployment: its polls, digests and alerts as jobs over one store, and their orderly end."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.commands.alerting import check_alerts
from pipeline.commands.away import DatabaseWatch
from pipeline.commands.counting import was_missed
from pipeline.commands.delivering import deliver_due
from pipeline.commands.digest_times import is_digest_due
from pipeline.commands.job_functions import Bench, do_job, reader_shelf
from pipeline.commands.jobs import ALERTS, DELIVERY, DIGEST, RETENTION, due_times, poll_name, reconcile_name
from pipeline.commands.opening import clock, mailboxes_of, note_mailboxes, storage_url
from pipeline.commands.renaming import move_files
from pipeline.commands.words import told_in_words
from pipeline.config import Settings
from pipeline.flow.schedule import Job, Schedule
from pipeline.jobs.calls import JobCall, digest_call, poll_call, reconcile_call, retention_call
from pipeline.mail.mailbox import MailboxSettings
from storage.engine import Store
from storage.errors import AlreadyRunning
from storage.runs import last_runs

GRACE_SECONDS = 8.0  # for what runs, after a SIGTERM; the process is gone within 10

log = logging.getLogger(__name__)


@contextmanager
def scheduled(store: Store, settings: Settings, house: Path, stop: threading.Event) -> Iterator["Scheduled"]:
    """Run the schedule: on PostgreSQL it hands its jobs to workers, on SQLite it does the same jobs itself.

    What looks for troubles and what sends files stays here: it has to go on where no worker lives.
    """
    note_mailboxes(store, settings, now=clock())
    move_files(settings, house)
    if store.on_postgresql:
        from pipeline.jobs.queue import Queue

        with Queue(storage_url(settings, house)) as queue, Scheduled(store, settings, house, stop, queue.defer) as one:
            yield one
        return
    with reader_shelf(settings, house) as readers:
        bench = Bench(store=store, settings=settings, house=house, readers=readers, stop=stop)
        with Scheduled(store, settings, house, stop, lambda call: do_job(bench, call)) as one:
            yield one


class Scheduled:
    """A schedule that runs while the block lasts. Polls and what was missed are due at once, then at their times."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        house: Path,
        stop: threading.Event,
        do: Callable[[JobCall], object],
    ) -> None:
        self._store, self._settings, self._house, self._stop, self._do = store, settings, house, stop, do
        self._boxes, self._database = mailboxes_of(settings), DatabaseWatch(settings)
        self._tried: set[str] = set()  # a start tries every mailbox: somebody may just have mended the password
        self._digest_waits = False  # for a poll, without which no month is known to be read; or it failed
        self._due = due = due_times(settings)
        self.names = tuple(due)
        calls: dict[str, Callable[[], None]] = {poll_name(box.name): self._poll_of(box) for box in self._boxes}
        calls |= {reconcile_name(box.name): self._count_of(box) for box in self._boxes}
        calls |= {DIGEST: self._digest, DELIVERY: self._delivery, ALERTS: self._alerts, RETENTION: self._retention}
        jobs = tuple(Job(name=name, due=due[name], call=calls[name]) for name in self.names)
        self._schedule = Schedule(jobs, settings.schedule.misfire_hours)

    def __enter__(self) -> Self:
        self._schedule.start(at_once=self._at_once())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if not self._schedule.stop(GRACE_SECONDS):
            # A server that does not answer holds a poll for longer than we may take to end. What was committed is
            # whole; what was not is fetched again, and the next start marks the run as lost.
            log.warning("a job did not end in time; ending without it")
            os._exit(0)

    def _at_once(self) -> tuple[str, ...]:
        """Name what is due at the start: everything but the counts that were not missed."""
        now = clock()
        last = {f"{run.job} {run.account}": run for run in last_runs(self._store, now=now)}
        waiting = {
            name
            for box in self._boxes
            if not was_missed(self._due[name := reconcile_name(box.name)], last.get(name), now)
        }
        return tuple(name for name in self.names if name not in waiting)

    def _poll_of(self, box: MailboxSettings) -> Callable[[], None]:
        return lambda: self._poll(box)

    def _count_of(self, box: MailboxSettings) -> Callable[[], None]:
        return lambda: self._count(box)

    def _count(self, box: MailboxSettings) -> None:
        self._handed(reconcile_name(box.name), reconcile_call(box.name))

    def _poll(self, box: MailboxSettings) -> None:
        call = poll_call(box.name, anyway=box.name not in self._tried)
        self._tried.add(box.name)
        if not self._handed(poll_name(box.name), call):
            self._schedule.due_now(ALERTS)
        elif self._digest_waits:
            self._schedule.due_now(DIGEST)

    def _digest(self) -> None:
        def hand() -> None:
            self._do(digest_call())
            self._digest_waits = is_digest_due(self._store, self._settings, clock())

        self._digest_waits = True  # from the start: a poll that ends meanwhile may be the one it waits for
        self._done(DIGEST, hand)

    def _delivery(self) -> None:
        self._done(DELIVERY, lambda: deliver_due(self._store, self._settings, self._house, now=clock()))

    def _alerts(self) -> None:
        def look() -> None:
            check_alerts(self._store, self._settings, self._house, now=clock())

        self._done(ALERTS, lambda: self._database.while_looking(look, clock))

    def _retention(self) -> None:
        self._handed(RETENTION, retention_call())

    def _handed(self, name: str, call: JobCall) -> bool:
        """Have a job done by whoever does it: workers, or this process; tell whether it failed not."""
        return self._done(name, lambda: self._do(call))

    def _done(self, name: str, work: Callable[[], object]) -> bool:
        """Do a job's work and tell whether it failed not; whatever goes wrong never stops the schedule."""
        with told_in_words(f"{name} failed", log.error) as attempt:
            try:
                work()
            except AlreadyRunning:
                log.info("%s: another process is at it", name)
        return not attempt.failed
