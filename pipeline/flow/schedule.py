"""Times and callables made into a running schedule (APScheduler is known here only)."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    EVENT_JOB_SUBMITTED,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from storage.order import LONDON

_AGAIN = timedelta(seconds=1)  # after which a job that was still running is tried again

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class EveryMinutes:
    """Due again and again, so many minutes apart."""

    minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EachDay:
    """Due once a day, at a time of day in London; once also when the clocks change."""

    hour: int
    minute: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EachMonth:
    """Due once a month, at a time of day in London; once also when the clocks change."""

    day: int
    hour: int
    minute: int


Due = EveryMinutes | EachDay | EachMonth


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A piece of work: its name, when it is due, and the callable that does it."""

    name: str
    due: Due
    call: Callable[[], None]


class Schedule:
    """A running schedule: each job one at a time, late ones run once, within `misfire_hours` (FIELD F37-F43)."""

    def __init__(self, jobs: tuple[Job, ...], misfire_hours: int) -> None:
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)  # it would log what an error quotes
        self._scheduler = BackgroundScheduler(
            timezone=LONDON,
            executors={"default": ThreadPoolExecutor(max(2, len(jobs)))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": misfire_hours * 3600},
        )
        self.refused = threading.Event()  # set when a job was due while it still ran
        self._scheduler.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        self._wanted: dict[str, datetime] = {}  # jobs made due at some moment that have not begun since
        self._scheduler.add_listener(self._begun, EVENT_JOB_SUBMITTED)
        self._scheduler.add_listener(self._held_up, EVENT_JOB_MAX_INSTANCES)
        for job in jobs:
            self._scheduler.add_job(job.call, trigger_of(job.due), id=job.name, name=job.name)

    def start(self, *, at_once: tuple[str, ...] = (), since: datetime | None = None) -> None:
        """Start; the jobs named in `at_once` are due now (or due `since` some earlier time) as well as at theirs."""
        self._scheduler.start()
        for name in at_once:
            self.due_now(name, since)

    def due_now(self, name: str, since: datetime | None = None) -> None:
        """Make a job due at once, besides its times; one that runs already runs again when it has ended."""
        self._wanted[name] = moment = since or datetime.now(tz=LONDON)
        self._scheduler.modify_job(name, next_run_time=moment)

    def _begun(self, event: JobSubmissionEvent) -> None:
        moment = self._wanted.get(event.job_id)
        if moment is not None and event.scheduled_run_times[-1] >= moment:  # not the start before it was made due
            del self._wanted[event.job_id]

    def _held_up(self, event: JobSubmissionEvent) -> None:
        self.refused.set()
        if event.job_id in self._wanted and self._scheduler.running:
            self._scheduler.modify_job(event.job_id, next_run_time=datetime.now(tz=LONDON) + _AGAIN)

    def stop(self, seconds: float) -> bool:
        """Start nothing more, wait up to `seconds` for what runs; tell whether all of it ended."""
        done = threading.Event()
        threading.Thread(target=self._shut_down, args=(done,), daemon=True).start()
        return done.wait(seconds)

    def _shut_down(self, done: threading.Event) -> None:
        self._scheduler.shutdown(wait=True)
        done.set()


class OncePerDay(CronTrigger):  # type: ignore[misc] # the library has no types
    """A time of day, of each day or of one a month; it comes once also on the day that repeats an hour in autumn."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """Give the next time on another day than the previous one, or after one that was made due before the time."""
        found: datetime | None = super().get_next_fire_time(previous_fire_time, now)
        if found is None or previous_fire_time is None:
            return found
        before = previous_fire_time.astimezone(LONDON)
        if found.date() != before.date() or before.time() < found.time():
            return found
        later: datetime | None = super().get_next_fire_time(None, found + timedelta(days=1))
        return later


def trigger_of(due: Due) -> IntervalTrigger | CronTrigger:
    """Give the trigger that stands for a due time."""
    if isinstance(due, EveryMinutes):
        return IntervalTrigger(minutes=due.minutes, timezone=LONDON)
    day = due.day if isinstance(due, EachMonth) else None
    return OncePerDay(day=day, hour=due.hour, minute=due.minute, timezone=LONDON)


def next_due(due: Due, last: datetime | None, now: datetime) -> datetime:
    """Give the next time that something is due, seen from `now`, when it ran `last`."""
    moment = trigger_of(due).get_next_fire_time(last, now)
    return now if moment is None or moment < now else moment


def _report(event: JobExecutionEvent) -> None:
    if event.code == EVENT_JOB_MISSED:
        log.warning("job missed its time: %s", event.job_id)
    else:
        log.error("job failed: %s: %s", event.job_id, type(event.exception).__name__)
