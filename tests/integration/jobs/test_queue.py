"""Jobs over PostgreSQL: each done once, tried again with patience, put back when their worker is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from queue import SimpleQueue
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.jobs.calls import IMPORT, RETAG, TRIES, VERIFY, JobCall, Kind, digest_call, poll_call, stretch_call
from pipeline.jobs.queue import Failure, Queue, WorkerParts, run_worker
from pipeline.mail.errors import MailboxUnreachable, SignInRefused
from storage.engine import Store, open_store
from storage.errors import AlreadyRunning, StorageUnreachable
from storage.jobs import ALIVE, job_counts, jobs, left_waiting, living_workers

pytestmark = pytest.mark.postgres

NEWER = Kind(name="retag", version=2)
UNREACHABLE = MailboxUnreachable("mail.example.org", 993, "no answer")


@pytest.fixture
def queue(postgres_url: str) -> Iterator[Queue]:
    with Queue(postgres_url) as opened:
        yield opened


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    with open_store(postgres_url) as opened:
        yield opened


@pytest.fixture
def failures() -> list[Failure]:
    return []


@pytest.fixture
def work(postgres_url: str, failures: list[Failure]) -> Callable[..., None]:
    """Run a worker until no job is left that it may take now."""

    def worked(**functions: Callable[..., None]) -> None:
        named = {name.replace("_", "-"): function for name, function in functions.items()}
        parts = WorkerParts(functions=named, failed=failures.append, tidy=lambda: None, keep_finished=timedelta(days=1))
        run_worker(postgres_url, parts, threading.Event(), wait=False)

    return worked


def states(store: Store) -> list[tuple[str, str]]:
    """Name the jobs there are, but for those that every worker hands itself."""
    return [(job.kind, job.state) for job in jobs(store) if job.kind.partition("-")[0] not in ("sweep", "tidy")]


def raising(error: Exception) -> Callable[..., None]:
    def fail(**arguments: Any) -> None:
        raise error

    return fail


def test_jobs_are_done_and_gone(queue: Queue, store: Store, work: Any) -> None:
    done: list[int] = []
    queue.hand_out(stretch_call(RETAG, 1, number) for number in range(1100))
    assert queue.stretches_of(1) == frozenset(range(1100))
    assert (queue.has_stretches_of(1), queue.has_stretches_of(2)) == (True, False)
    with ThreadPoolExecutor(2) as workers:
        for _ in range(2):
            workers.submit(work, retag_1=lambda work, stretch: done.append(stretch))
    assert sorted(done) == list(range(1100))
    assert (queue.has_stretches_of(1), queue.stretches_of(1)) == (False, frozenset())
    assert states(store) == []


def test_a_worker_is_known_while_it_lives(queue: Queue, store: Store, work: Any) -> None:
    alive: list[int] = []
    queue.defer(stretch_call(RETAG, 1, 1))
    work(retag_1=lambda **_: alive.append(living_workers(store)))
    assert (alive, living_workers(store)) == ([1], 0)


def test_one_of_a_kind_waits_at_most(queue: Queue, store: Store) -> None:
    assert [queue.defer(poll_call("a")), queue.defer(poll_call("a")), queue.defer(poll_call("b"))] == [
        True,
        False,
        True,
    ]
    queue.hand_out([poll_call("b"), poll_call("c")])
    assert sorted(job.about for job in jobs(store)) == ["a", "b", "c"]


def test_one_poll_of_a_mailbox_at_a_time(queue: Queue, store: Store, work: Any) -> None:
    together, overlapped, done = threading.Barrier(2, timeout=10), list[str](), list[str]()
    busy: set[str] = set()

    def poll(mailbox: str, anyway: bool) -> None:
        overlapped.extend([mailbox] if mailbox in busy else [])
        busy.add(mailbox)
        if mailbox not in done:
            together.wait()  # two mailboxes are polled beside each other: one alone would wait here in vain
            queue.defer(poll_call(mailbox))  # and waits while its mailbox is polled
        busy.discard(mailbox)
        done.append(mailbox)

    for name in ("a", "b"):
        queue.defer(poll_call(name))
    with ThreadPoolExecutor(2) as workers:
        ended = [workers.submit(work, poll_1=poll) for _ in range(2)]
    assert [one.result() for one in ended] == [None, None]
    work(poll_1=poll)
    assert (sorted(done), overlapped) == (["a", "a", "b", "b"], [])


def test_what_a_newer_program_hands_out_waits_for_a_newer_worker(queue: Queue, store: Store, work: Any) -> None:
    done: list[str] = []
    queue.defer(JobCall(kind=NEWER, arguments={"work": 1, "stretch": 1, "how": "well"}))
    queue.defer(JobCall(kind=Kind(name="unheard-of"), arguments={}))
    queue.defer(stretch_call(RETAG, 1, 2))
    work(retag_1=lambda **_: done.append("old by the old"))
    assert done == ["old by the old"]
    assert sorted(states(store)) == [("retag-2", "todo"), ("unheard-of-1", "todo")]
    queue.defer(stretch_call(RETAG, 1, 3))
    work(retag_1=lambda **_: done.append("old by the new"), retag_2=lambda **_: done.append("new by the new"))
    assert sorted(done[1:]) == ["new by the new", "old by the new"]


def test_a_failed_stretch_is_put_back_with_patience(queue: Queue, store: Store, work: Any, failures: Any) -> None:
    queue.defer(stretch_call(RETAG, 1, 7))
    work(retag_1=raising(UNREACHABLE))
    (job,) = [one for one in jobs(store) if one.kind == "retag-1"]
    assert (job.state, job.tries, job.about) == ("todo", 1, "work 1, stretch 7")
    assert job.not_before is not None
    assert [(failure.kind, failure.tries, failure.error) for failure in failures] == [("retag-1", 1, UNREACHABLE)]


def test_a_failed_poll_is_handed_out_anew_beside_one_that_waits(
    queue: Queue, store: Store, work: Any, failures: Any
) -> None:
    def poll(mailbox: str, anyway: bool) -> None:
        queue.defer(poll_call(mailbox), seconds=3600)
        raise UNREACHABLE

    queue.defer(poll_call("a"))
    work(poll_1=poll)
    assert states(store) == [("poll-1", "todo")]
    assert [failure.tries for failure in failures] == [1]


def test_an_older_version_of_a_kind_that_failed_is_handed_out_anew(queue: Queue, store: Store, work: Any) -> None:
    queue.defer(JobCall(kind=Kind(name="poll", version=0, rank=20), arguments={"mailbox": "a"}, lock="poll a"))
    work(poll_0=raising(UNREACHABLE))
    assert states(store) == [("poll-0", "todo")]


def test_tries_of_a_poll_are_counted_until_it_is_given_up(queue: Queue, store: Store, work: Any, failures: Any) -> None:
    queue.defer(poll_call("a"))
    for _ in range(TRIES):
        due_now(store)
        work(poll_1=raising(UNREACHABLE))
    assert [failure.tries for failure in failures] == [1, 2, 3, 4, 5]
    assert states(store) == [("poll-1", "failed")]


def test_a_refused_sign_in_is_not_tried_again(queue: Queue, store: Store, work: Any) -> None:
    queue.defer(poll_call("a"))
    work(poll_1=raising(SignInRefused("a", "wrong password")))
    assert states(store) == [("poll-1", "failed")]
    assert [job.kind for job in jobs(store, failed=True)] == ["poll-1"]


def test_a_job_that_another_process_is_at_is_no_failure(queue: Queue, store: Store, work: Any, failures: Any) -> None:
    queue.defer(poll_call("a"))
    work(poll_1=raising(AlreadyRunning("poll", "a", 1)))
    assert (states(store), failures) == ([], [])


def test_the_job_of_a_lost_worker_is_done_by_another(queue: Queue, store: Store, work: Any) -> None:
    lost(queue, store, stretch_call(RETAG, 1, 7))
    done: list[int] = []
    assert states(store) == [("retag-1", "doing")]
    assert queue.sweep(timedelta(seconds=30)) == ()
    work(retag_1=lambda work, stretch: done.append(stretch))
    assert (done, states(store)) == ([7], [])


def test_a_lost_poll_goes_where_the_next_one_waits(queue: Queue, store: Store, work: Any) -> None:
    lost(queue, store, poll_call("a"))
    assert queue.defer(poll_call("a"))
    assert queue.sweep(timedelta(seconds=30)) == ()
    assert states(store) == [("poll-1", "todo")]
    work(poll_1=lambda **_: None)
    assert states(store) == []


def test_a_job_that_kills_every_worker_is_given_up(queue: Queue, store: Store) -> None:
    lost(queue, store, stretch_call(RETAG, 1, 7))
    for _ in range(2 * TRIES - 1):
        assert queue.sweep(timedelta(seconds=30)) == ()
        taken(store)
    (given_up,) = queue.sweep(timedelta(seconds=30))
    assert (given_up.kind, given_up.tries, given_up.error) == ("retag-1", 2 * TRIES, None)
    assert states(store) == [("retag-1", "failed")]


def test_a_worker_that_lives_keeps_its_job(queue: Queue, store: Store, work: Any) -> None:
    queue.defer(stretch_call(RETAG, 1, 7))
    swept: list[Any] = []
    work(retag_1=lambda **_: swept.append((queue.sweep(timedelta(seconds=30)), states(store))))
    assert swept == [((), [("retag-1", "doing")])]


@pytest.mark.parametrize(("lost_after", "beat"), [(3, 1), (30, 10), (3600, 20)])
def test_a_worker_that_lives_says_so_within_a_minute(lost_after: int, beat: float) -> None:
    parts = WorkerParts(
        functions={},
        failed=lambda failure: None,
        tidy=lambda: None,
        keep_finished=timedelta(days=1),
        lost_after=timedelta(seconds=lost_after),
    )
    assert parts.beat_seconds == beat < ALIVE.total_seconds() / 2


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def connections_ended(store: Store) -> int:
    """End the queue's connections, as a server that is restarted does; tell how many there were."""
    ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'statshop queue'")
    with store.reading() as session:
        return len(session.connection().execute(ended).all())


def test_a_worker_goes_on_when_the_database_comes_back(queue: Queue, store: Store, postgres_url: str) -> None:
    done, stop = SimpleQueue[int](), threading.Event()
    parts = WorkerParts(
        functions={"retag-1": lambda work, stretch: done.put(stretch)},
        failed=lambda failure: None,
        tidy=lambda: None,
        keep_finished=timedelta(days=1),
    )
    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(run_worker, postgres_url, parts, stop)
        try:
            queue.defer(stretch_call(RETAG, 1, 1))
            assert done.get(timeout=20) == 1
            wait_until(lambda: not queue.stretches_of(1))
            assert connections_ended(store) > 1
            with Queue(postgres_url) as again:
                again.defer(stretch_call(RETAG, 1, 2))
            assert done.get(timeout=30) == 2
        finally:
            stop.set()
    assert worker.exception() is None


def test_a_queue_that_loses_its_connection_says_that_the_database_is_away(queue: Queue, store: Store) -> None:
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'statshop queue' AND state = 'active'")
    with ThreadPoolExecutor(1) as pool, store.writing() as session:
        do = session.connection().execute

        def looked_anew() -> Any:
            do(text("SELECT pg_stat_clear_snapshot()"))  # else each look repeats the first
            return do(waits)

        do(text("LOCK TABLE procrastinate_jobs"))
        deferred = pool.submit(queue.defer, poll_call("a"))
        wait_until(lambda: looked_anew().scalar_one() == 1)
        connections_ended(store)
        with pytest.raises(StorageUnreachable):
            deferred.result(timeout=20)


def test_counts_by_kind_and_state(queue: Queue, store: Store) -> None:
    queue.hand_out([poll_call("a"), poll_call("b"), stretch_call(RETAG, 1, 1)])
    assert [(one.kind, one.state, one.count) for one in job_counts(store)] == [
        ("poll-1", "todo", 2),
        ("retag-1", "todo", 1),
    ]


def test_kinds_that_no_worker_takes_are_told_and_not_those_that_are_being_done(queue: Queue, store: Store) -> None:
    queue.defer(poll_call("a"))
    taken(store)
    queue.hand_out([poll_call("b"), *(stretch_call(RETAG, 1, number) for number in range(3))])
    queue.defer(digest_call(), seconds=3600)
    assert list(left_waiting(store)) == ["retag-1"]
    with store.reading() as session:
        since = session.connection().execute(text("SELECT now()")).scalar_one() - left_waiting(store)["retag-1"]
    assert timedelta() <= since < timedelta(minutes=1)


def test_a_large_work_that_waits_for_another_is_not_left_waiting(queue: Queue, store: Store) -> None:
    queue.hand_out([stretch_call(IMPORT, 1, 1)])
    taken(store)
    queue.hand_out([stretch_call(IMPORT, 1, 2), stretch_call(VERIFY, 2, 1)])
    assert list(left_waiting(store)) == ["verify-1"]
    assert left_waiting(store, patient=[VERIFY.queue], ahead=[IMPORT.queue]) == {}
    assert list(left_waiting(store, patient=[VERIFY.queue], ahead=[RETAG.queue])) == ["verify-1"]


def test_sqlite_has_no_jobs(sqlite_store: Store) -> None:
    assert (jobs(sqlite_store), job_counts(sqlite_store), living_workers(sqlite_store)) == ((), (), 0)
    assert left_waiting(sqlite_store) == {}


def lost(queue: Queue, store: Store, call: JobCall) -> None:
    """Hand out a job and let a worker take it that gave its last sign of life long ago."""
    queue.defer(call)
    taken(store)


def taken(store: Store) -> None:
    with store.writing() as session:
        do = session.connection().execute
        do(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')"))
        worker = do(text("SELECT max(id) FROM procrastinate_workers")).scalar_one()
        do(text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker"), {"worker": worker})


def due_now(store: Store) -> None:
    with store.writing() as session:
        session.connection().execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 second'"))
