"""The jobs that wait, run or failed, as the queue's tables on PostgreSQL say, and why; nothing on SQLite."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, text
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.sql import insert_all

FURTHEST_APART = 30.0  # seconds between two clocks; a run counts as lost after minutes without a sign of life
ALIVE = timedelta(seconds=60)  # a worker gives a sign every twenty seconds at least
_NEWEST = text(
    """
    SELECT job.id, job.task_name, job.args, job.status::text AS status, job.attempts, job.scheduled_at,
           (SELECT max(event.at) FROM procrastinate_events event
             WHERE event.job_id = job.id AND event.type <> 'scheduled') AS since
      FROM procrastinate_jobs job
     WHERE job.status::text = ANY(:states)
     ORDER BY array_position(ARRAY['doing', 'failed', 'todo'], job.status::text), job.id DESC
     LIMIT :limit
    """
)
_COUNTS = text("SELECT task_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2 ORDER BY 1, 2")
_ALIVE = text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :secs)")
_OLDEST = text(
    """
    SELECT event.at FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id
     WHERE job.status = 'todo' AND event.type = 'deferred' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
     ORDER BY job.id, event.id LIMIT 1
    """
)
# Of each kind of which none is being done, since when the first of those waits that could be done now; of those that
# take turns, where none is being done of what comes first.
_LEFT_WAITING = text(
    """
    WITH first AS (
        SELECT task_name, min(id) AS id, bool_or(status = 'doing') AS doing FROM (
            SELECT task_name, status,
                   CASE WHEN status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) THEN id END AS id
              FROM procrastinate_jobs WHERE status IN ('todo', 'doing')) job
         GROUP BY task_name
    )
    SELECT first.task_name, coalesce(job.scheduled_at, min(event.at)) AS since
      FROM first
      JOIN procrastinate_jobs job ON job.id = first.id
      JOIN procrastinate_events event ON event.job_id = job.id
     WHERE NOT first.doing
       AND NOT (first.task_name = ANY(:patient)
                AND EXISTS (SELECT 1 FROM first other WHERE other.doing AND other.task_name = ANY(:ahead)))
     GROUP BY first.task_name, job.scheduled_at
    """
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A job of the queue: what it is about, since when it is in this state, and the words of its last error."""

    id: int
    kind: str
    about: str
    state: str  # todo, doing, failed, succeeded
    tries: int
    since: datetime | None
    not_before: datetime | None
    error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JobCount:
    """How many jobs of a kind are in a state."""

    kind: str
    state: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class JobError:
    """That a job failed: which, what it was about, for the how manyeth time, and why in our own words."""

    job_id: int
    job: str
    about: str
    at: datetime
    tries: int
    fault: str
    words: str


def jobs(store: Store, *, failed: bool = False, limit: int = 50) -> tuple[Job, ...]:
    """Give the jobs that run, those that failed and those that wait, the newest of each first; or the failed alone."""
    if not store.on_postgresql:
        return ()
    states = ["failed"] if failed else ["doing", "failed", "todo"]
    with store.reading() as session:
        rows = session.connection().execute(_NEWEST, {"states": states, "limit": limit}).all()
        words = _last_errors(session, [row.id for row in rows])
    return tuple(_job(row, words.get(row.id, "")) for row in rows)


def job_counts(store: Store) -> tuple[JobCount, ...]:
    """Count the jobs by kind and state."""
    if not store.on_postgresql:
        return ()
    with store.reading() as session:
        rows = session.connection().execute(_COUNTS).all()
    return tuple(JobCount(kind=kind, state=state, count=count) for kind, state, count in rows)


def living_workers(store: Store) -> int:
    """Count the worker processes that gave a sign of life within the last minute."""
    if not store.on_postgresql:
        return 0
    with store.reading() as session:
        return int(session.connection().execute(_ALIVE, {"secs": ALIVE.total_seconds()}).scalar_one())


def oldest_waiting(store: Store) -> datetime | None:
    """Tell since when the oldest job waits that could be done now; None where none waits."""
    if not store.on_postgresql:
        return None
    with store.reading() as session:
        found: datetime | None = session.connection().execute(_OLDEST).scalar()
    return found


def left_waiting(store: Store, *, patient: Sequence[str] = (), ahead: Sequence[str] = ()) -> Mapping[str, datetime]:
    """Tell of each kind of job of which none is being done since when one waits that could be.

    A `patient` kind is left out while a job of a kind `ahead` is being done: workers do all of those first.
    """
    if not store.on_postgresql:
        return {}
    with store.reading() as session:
        asked = {"patient": list(patient), "ahead": list(ahead)}
        return dict(session.connection().execute(_LEFT_WAITING, asked).all())


def seconds_apart(store: Store, clock: Callable[[], datetime]) -> float:
    """Tell how many seconds a machine's clock is ahead of the database's; 0 on SQLite, which has none of its own."""
    if not store.on_postgresql:
        return 0.0
    with store.reading() as session:
        there: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
        here = clock()
    return (here - there).total_seconds()


def note_job_error(store: Store, error: JobError) -> None:
    """Write down why a job failed."""
    row = {name: getattr(error, name) for name in JobError.__dataclass_fields__}
    store.write(lambda session: insert_all(session, m.job_error, [row]))


def job_errors(store: Store, limit: int = 50) -> tuple[JobError, ...]:
    """Give the newest errors."""
    row = m.job_error.c
    with store.reading() as session:
        found = session.connection().execute(select(m.job_error).order_by(row.id.desc()).limit(limit)).all()
    names = JobError.__dataclass_fields__
    return tuple(JobError(**{name: getattr(one, name) for name in names}) for one in found)


def forget_job_errors(store: Store, before: datetime) -> None:
    """Remove the errors of before a moment."""
    store.write(lambda session: session.connection().execute(delete(m.job_error).where(m.job_error.c.at < before)))


def _last_errors(session: Session, ids: list[int]) -> Mapping[int, str]:
    row = m.job_error.c
    theirs = select(row.job_id, row.words).where(row.job_id.in_(ids)).order_by(row.id)
    return dict(session.connection().execute(theirs).all())


def _job(row: Row[Any], error: str) -> Job:
    return Job(
        id=row.id,
        kind=row.task_name,
        about=about(row.args),
        state=row.status,
        tries=row.attempts,
        since=row.since,
        not_before=row.scheduled_at,
        error=error,
    )


def about(arguments: Mapping[str, Any]) -> str:
    """Say what a job is about: the mailbox, or the stretch of a large work; nothing else of its arguments."""
    if "work" in arguments:
        return f"work {arguments['work']}, stretch {arguments['stretch']}"
    return str(arguments.get("mailbox", ""))
