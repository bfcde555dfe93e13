"""Jobs handed out over PostgreSQL, and the workers that take them (Procrastinate is known here only).

It promises that a job is done at least once, if somebody sweeps up after workers that were killed: their jobs stay
"doing" for ever otherwise. Every worker sweeps. What a sweep must not fall over is a lock: a killed poll still holds
that of its mailbox, while the next one waits already; then the killed one goes, since the other does the same.
"""

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from types import TracebackType
from typing import Any, Self

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job

from pipeline.jobs.calls import TRIES, JobCall, Kind, retry_in
from storage.errors import AlreadyRunning, StorageUnreachable
from storage.lines import CLIENT, SERVER

PORTION = 1000  # jobs handed out in one statement
BEATS = 3  # signs of life in the time after which a worker counts as lost
LONGEST_BEAT = 20.0  # seconds between two of them: without one in a minute no worker is said to live (storage.jobs)
TIDY = "17 * * * *"  # once an hour: it looks at every job there is
SWEEP_QUEUE, TIDY_QUEUE = "sweep-1", "tidy-1"
LONGEST_PAUSE = 60.0  # seconds before a worker that lost the database looks for it again
_NAMED = {**CLIENT, "options": SERVER, "application_name": "statshop queue"}
log = logging.getLogger(__name__)
# One statement, so that no job is put back that another sweep has put back and another worker has taken meanwhile.
_LOST = """
WITH lost AS (
    SELECT job.id, job.attempts, job.queueing_lock, job.task_name, job.args
      FROM procrastinate_jobs job
     WHERE job.status = 'doing'
       AND NOT EXISTS (SELECT 1 FROM procrastinate_workers worker
                        WHERE worker.id = job.worker_id
                          AND worker.last_heartbeat >= now() - make_interval(secs => %(seconds)s))
       FOR UPDATE OF job SKIP LOCKED
), judged AS (
    SELECT lost.*, lost.attempts + 1 >= %(tries)s AS hopeless,
           lost.queueing_lock IS NOT NULL AND EXISTS (
               SELECT 1 FROM procrastinate_jobs other
                WHERE other.queueing_lock = lost.queueing_lock AND other.status = 'todo') AS superfluous
      FROM lost
)
SELECT id, task_name, args, attempts + 1 AS tries, superfluous, hopeless AND NOT superfluous AS hopeless,
       CASE WHEN hopeless OR superfluous
            THEN procrastinate_finish_job_v1(id, 'failed', superfluous)
            ELSE procrastinate_retry_job_v2(id, NULL, NULL, NULL, NULL) END
  FROM judged
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A job that failed: its number in the queue, its kind, its arguments, how often it was tried, and with what."""

    job_id: int
    kind: str
    arguments: Mapping[str, Any]
    tries: int
    error: BaseException | None  # None: the worker was killed at it, again and again


@contextmanager
def _errors_in_words() -> Iterator[None]:
    """Raise StorageUnreachable where the queue's own library says that its connection failed."""
    try:
        yield
    except ConnectorException as error:
        if _is_away(error.__cause__):
            raise StorageUnreachable("the queue has no connection") from error
        raise


def _is_away(cause: BaseException | None) -> bool:
    """Say whether the server never answered, broke the line, or is stopping or starting."""
    return isinstance(cause, psycopg.OperationalError) and (cause.sqlstate or "08").startswith(("08", "57P"))


class Queue:
    """The queue of one database, each call of which may raise StorageUnreachable; use it as a context manager."""

    def __init__(self, url: str) -> None:
        self._connector = procrastinate.SyncPsycopgConnector(
            conninfo=conninfo(url), min_size=1, max_size=4, kwargs=_NAMED
        )
        self._app = procrastinate.App(connector=self._connector)

    @_errors_in_words()
    def __enter__(self) -> Self:
        self._app.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._app.close()

    @_errors_in_words()
    def defer(self, call: JobCall, *, seconds: int = 0, tries: int = 0) -> bool:
        """Hand out a job, to be done no sooner than in so many seconds; False when an equal one waits already."""
        try:
            _deferrer(self._app, call, seconds).defer(**_arguments(call, tries))
        except AlreadyEnqueued:
            return False
        return True

    @_errors_in_words()
    def hand_out(self, calls: Iterable[JobCall]) -> None:
        """Hand out many jobs, some of which may wait already."""
        waiting = iter(calls)
        while portion := list(islice(waiting, PORTION)):
            jobs = [_deferrer(self._app, call, 0).job.evolve(task_kwargs=dict(call.arguments)) for call in portion]
            try:
                self._app.job_manager.batch_defer_jobs(jobs)
            except AlreadyEnqueued:
                for call in portion:
                    self.defer(call)

    @_errors_in_words()
    def sweep(self, lost_after: timedelta) -> tuple[Failure, ...]:
        """Put back the jobs of workers that are lost; give those that are given up, since they kill every worker."""
        seconds = lost_after.total_seconds()
        rows = self._connector.execute_query_all(_LOST, seconds=seconds, tries=2 * TRIES)
        for row in rows:
            words = "given up" if row["hopeless"] else "done by the next" if row["superfluous"] else "tried again"
            log.warning("job %d, %s: its worker was lost; %s", row["id"], row["task_name"], words)
        return tuple(
            Failure(job_id=row["id"], kind=row["task_name"], arguments=row["args"], tries=row["tries"], error=None)
            for row in rows
            if row["hopeless"]
        )

    @_errors_in_words()
    def stretches_of(self, work: int) -> frozenset[int]:
        """Give the stretches of a large work that wait or are being done."""
        rows = self._connector.execute_query_all(
            "SELECT (args->>'stretch')::int AS stretch FROM procrastinate_jobs "
            "WHERE status IN ('todo', 'doing') AND (args->>'work')::bigint = %(work)s",
            work=work,
        )
        return frozenset(row["stretch"] for row in rows)

    @_errors_in_words()
    def has_stretches_of(self, work: int) -> bool:
        """Say whether any stretch of a large work waits or is being done; looks no further than the first."""
        row = self._connector.execute_query_one(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') "
            "AND (args->>'work')::bigint = %(work)s) AS some",
            work=work,
        )
        return bool(row["some"])


Functions = Mapping[str, Callable[..., None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerParts:
    """What a worker works with: the functions by queue, who hears of failures, and what forgets old things."""

    functions: Functions
    failed: Callable[[Failure], None]
    tidy: Callable[[], None]
    keep_finished: timedelta
    lost_after: timedelta = timedelta(seconds=30)
    jobs_at_once: int = 2

    @property
    def beat_seconds(self) -> float:
        """Say how long a worker waits between two signs of life."""
        return min(LONGEST_BEAT, self.lost_after.total_seconds() / BEATS)

    @property
    def sweep_times(self) -> str:
        """Say when to sweep, as cron does, seconds last: twice in the time after which a worker counts as lost."""
        return f"* * * * * */{max(1, min(30, int(self.lost_after.total_seconds() / 2)))}"


def run_worker(url: str, parts: WorkerParts, stop: threading.Event, *, wait: bool = True) -> None:
    """Take jobs until `stop` is set, then end what runs; without `wait` until none is left.

    One that waits takes up its work again when the database comes back; without `wait` it raises StorageUnreachable.
    """
    pause = 1.0
    while True:
        began = time.monotonic()
        try:
            with _errors_in_words():
                asyncio.run(_run(url, parts, stop, wait=wait))
        except StorageUnreachable:
            if not wait:
                raise
        if not wait or stop.is_set():
            return
        pause = 1.0 if time.monotonic() - began > LONGEST_PAUSE else pause
        log.warning("the worker lost its connection to the database and connects again in %d s", pause)
        stop.wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def conninfo(url: str) -> str:
    """Give the address as PostgreSQL's own library wants it. Pure."""
    return re.sub(r"^postgres(?:ql)?(?:\+psycopg)?://", "postgresql://", url)


async def _run(url: str, parts: WorkerParts, stop: threading.Event, *, wait: bool) -> None:
    pool = procrastinate.PsycopgConnector(
        conninfo=conninfo(url), min_size=1, max_size=parts.jobs_at_once + 3, kwargs=_NAMED
    )
    app = procrastinate.App(connector=pool)
    with Queue(url) as queue:
        _register(app, parts, queue)
        async with app.open_async():
            worker = asyncio.ensure_future(
                app.run_worker_async(
                    queues=[*parts.functions, SWEEP_QUEUE, TIDY_QUEUE],
                    concurrency=parts.jobs_at_once,
                    wait=wait,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    update_heartbeat_interval=parts.beat_seconds,
                    stalled_worker_timeout=parts.lost_after.total_seconds(),
                )
            )
            ended = asyncio.ensure_future(_until(stop, worker))
            await asyncio.wait({worker, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not worker.done():
                worker.cancel()  # it ends what runs, and takes nothing more
            await asyncio.gather(ended, return_exceptions=True)
            try:
                await worker
            except asyncio.CancelledError:
                log.info("the worker has ended")


async def _until(stop: threading.Event, worker: "asyncio.Future[None]") -> None:
    while not stop.is_set() and not worker.done():
        await asyncio.sleep(0.2)


def _register(app: procrastinate.App, parts: WorkerParts, queue: Queue) -> None:
    for name, function in parts.functions.items():
        app.task(name=name, queue=name, pass_context=True, retry=_Patience())(_done(function, name, parts, queue))

    @app.periodic(cron=parts.sweep_times)
    @app.task(name=SWEEP_QUEUE, queue=SWEEP_QUEUE, queueing_lock=SWEEP_QUEUE, priority=100)
    async def sweep(timestamp: int) -> None:
        """Put back what killed workers were at."""
        await asyncio.to_thread(_swept, parts, queue)
        await app.job_manager.prune_stalled_workers(parts.lost_after.total_seconds())

    @app.periodic(cron=TIDY)
    @app.task(name=TIDY_QUEUE, queue=TIDY_QUEUE, queueing_lock=TIDY_QUEUE, priority=100)
    async def tidy(timestamp: int) -> None:
        """Forget what was finished long ago."""
        await _forget(app, parts)


class _Patience(procrastinate.BaseRetryStrategy):
    """Tries a job again as `retry_in` says, but for jobs that are handed out anew instead."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        """Say when the job is tried again."""
        seconds = None if job.queueing_lock else retry_in(exception, job.attempts + 1)
        return None if seconds is None else procrastinate.RetryDecision(retry_in={"seconds": seconds})


def _done(function: Callable[..., None], name: str, parts: WorkerParts, queue: Queue) -> Callable[..., None]:
    """Wrap a job's function: a failure is told and, where only one such job may wait, handed out anew with patience.

    To put such a job back would break its lock where the next one waits already, and it would hang.
    """

    def call(context: procrastinate.JobContext, **arguments: Any) -> None:
        tries = int(arguments.pop("_tries", 0)) + context.job.attempts + 1
        try:
            function(**arguments)
        except AlreadyRunning:
            log.info("%s: another process is at it", name)
        except Exception as error:
            parts.failed(Failure(job_id=context.job.id or 0, kind=name, arguments=arguments, tries=tries, error=error))
            seconds = retry_in(error, tries)
            if not context.job.queueing_lock or seconds is None:
                raise
            _again(queue, context.job, seconds, tries)

    return call


def _again(queue: Queue, job: Job, seconds: int, tries: int) -> None:
    """Hand out a job anew; its kind may be an older version, which is kept for a release and stands in no table."""
    name, _, version = job.task_name.rpartition("-")
    kind = Kind(name=name, version=int(version), rank=job.priority)
    arguments: dict[str, Any] = {name: value for name, value in job.task_kwargs.items() if name != "_tries"}
    queue.defer(JobCall(kind=kind, arguments=arguments, lock=job.lock or ""), seconds=seconds, tries=tries)


def _swept(parts: WorkerParts, queue: Queue) -> None:
    for failure in queue.sweep(parts.lost_after):
        parts.failed(failure)


async def _forget(app: procrastinate.App, parts: WorkerParts) -> None:
    hours = int(parts.keep_finished.total_seconds() // 3600)
    await app.job_manager.delete_old_jobs(
        nb_hours=hours, include_failed=True, include_cancelled=True, include_aborted=True
    )
    await asyncio.to_thread(parts.tidy)


def _deferrer(app: procrastinate.App, call: JobCall, seconds: int) -> Any:
    name = call.kind.queue
    options: dict[str, Any] = {"queue": name, "priority": call.kind.rank}
    if call.lock:
        options |= {"lock": call.lock, "queueing_lock": call.lock}
    if seconds:
        options |= {"schedule_in": {"seconds": seconds}}
    return app.configure_task(name, **options)


def _arguments(call: JobCall, tries: int) -> dict[str, Any]:
    return dict(call.arguments) | ({"_tries": tries} if tries else {})
