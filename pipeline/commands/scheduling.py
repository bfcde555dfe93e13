"""The schedule of one deployment: its polls, digests and alerts as jobs over one store, and their orderly end."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.commands.alerting import check_alerts
from pipeline.commands.counting import count_mailbox, was_missed
from pipeline.commands.delivering import deliver_due
from pipeline.commands.digesting import make_due_digests
from pipeline.commands.jobs import ALERTS, DELIVERY, DIGEST, RETENTION, due_times, poll_name, reconcile_name
from pipeline.commands.opening import clock, mailboxes_of
from pipeline.commands.polling import is_held_back, poll_mailbox
from pipeline.commands.readers import steady_reader
from pipeline.commands.retention import moments, take
from pipeline.commands.words import told_in_words
from pipeline.config import Settings
from pipeline.flow.schedule import Job, Schedule
from pipeline.mail.mailbox import MailboxSettings
from storage.engine import Store
from storage.errors import AlreadyRunning
from storage.runs import last_runs

GRACE_SECONDS = 8.0  # for what runs, after a SIGTERM; the process is gone within 10

log = logging.getLogger(__name__)


class Scheduled:
    """A schedule that runs while the block lasts. Polls and what was missed are due at once, then at their times."""

    def __init__(self, store: Store, settings: Settings, house: Path, stop: threading.Event) -> None:
        self._store, self._settings, self._house, self._stop = store, settings, house, stop
        self._boxes = mailboxes_of(settings)
        self._tried: set[str] = set()  # a start tries every mailbox: somebody may just have mended the password
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
        last = {f"{run.job} {run.account}": run for run in last_runs(self._store)}
        now = clock()
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
        self._done(reconcile_name(box.name), lambda: self._counted(box))

    def _counted(self, box: MailboxSettings) -> None:
        with steady_reader(self._settings, self._house) as reader:
            count_mailbox(self._store, reader, box, tries=self._settings.reading.tries, stop=self._stop)

    def _poll(self, box: MailboxSettings) -> None:
        if box.name in self._tried and is_held_back(self._store, box.name):
            log.info("poll %s: not tried, since the server refused the sign-in a short while ago", box.name)
            return
        self._tried.add(box.name)
        if not self._done(poll_name(box.name), lambda: self._polled(box)):
            self._schedule.due_now(ALERTS)

    def _polled(self, box: MailboxSettings) -> None:
        settings = self._settings
        with steady_reader(settings, self._house) as reader:
            poll_mailbox(
                self._store,
                reader,
                box,
                tries=settings.reading.tries,
                stop=self._stop,
                told=lambda progress: None,
                accept_shrunken_folder=settings.mailboxes[box.name].accept_shrunken_folder,
            )

    def _digest(self) -> None:
        self._done(DIGEST, lambda: make_due_digests(self._store, self._settings, self._house, now=clock()))

    def _delivery(self) -> None:
        self._done(DELIVERY, lambda: deliver_due(self._store, self._settings, self._house, now=clock()))

    def _alerts(self) -> None:
        self._done(ALERTS, lambda: check_alerts(self._store, self._settings, self._house, now=clock()))

    def _retention(self) -> None:
        now = clock()
        self._done(RETENTION, lambda: take(self._store, moments(self._settings, now), now=now))

    def _done(self, name: str, work: Callable[[], object]) -> bool:
        """Do a job's work and tell whether it failed not; whatever goes wrong never stops the schedule."""
        with told_in_words(f"{name} failed", log.error) as attempt:
            try:
                work()
            except AlreadyRunning:
                log.info("%s: another process is at it", name)
        return not attempt.failed
