"""`statshop worker` and `statshop jobs` called: without a queue, until nothing waits, and what is told of failures."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.commands.opening import clock
from pipeline.commands.scheduling import scheduled
from pipeline.config import load_settings
from pipeline.jobs.calls import RETAG, digest_call, poll_call, stretch_call
from pipeline.jobs.queue import Queue
from storage.engine import open_store
from storage.jobs import job_counts

Statshop = Callable[..., tuple[int, str]]


@pytest.fixture
def on_postgres(house: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    """Set PostgreSQL, and give its queue."""
    monkeypatch.setenv("STATSHOP_STORAGE__URL", postgres_url)
    monkeypatch.setenv("STATSHOP_STORAGE__ERASURE_KEY", "k" * 32)
    monkeypatch.setattr("pipeline.commands.worker._end_in_time", lambda stop, beneath: None)  # it ends the process
    with Queue(postgres_url) as queue:
        yield queue


def test_a_worker_needs_postgresql(house: Path, statshop: Statshop) -> None:
    statshop("upgrade")
    status, said = statshop("worker")
    assert (status, "Workers take their jobs from PostgreSQL" in said) == (1, True)


@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_no_process_at_all_is_no_number_of_processes(
    number: str, statshop: Statshop, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        statshop("worker", f"--processes={number}")
    assert (ended.value.code, "write 1 or more" in capsys.readouterr().err) == (2, True)


def test_jobs_on_sqlite_says_that_there_is_no_queue(house: Path, statshop: Statshop) -> None:
    statshop("upgrade")
    assert "There is no queue on SQLite" in statshop("jobs")[1]


@pytest.mark.postgres
def test_a_worker_does_what_waits_and_leaves_what_it_is_told_to(on_postgres: Queue, statshop: Statshop) -> None:
    on_postgres.hand_out([digest_call(), poll_call("gone"), stretch_call(RETAG, 12345, 1)])
    assert statshop("worker", "--once", "--leave", "digest")[0] == 0
    said = statshop("jobs")[1]
    assert "digest-1: 1 waiting" in said
    assert "poll-1 gone: waiting" in said
    assert "poll-1 gone, try 1: The settings name no mailbox 'gone'" in said
    assert "retag-1 work 12345, stretch 1: waiting" in said
    assert statshop("jobs", "--failed")[1].strip() == "No job failed for good."


@pytest.mark.postgres
def test_status_and_doctor_say_that_no_worker_lives(on_postgres: Queue, statshop: Statshop) -> None:
    on_postgres.defer(digest_call())
    assert "0 worker processes alive. Jobs: 0 running, 1 waiting, 0 failed." in statshop("status")[1]
    said = statshop("doctor")[1]
    assert "ok   queue: its tables are current" in said
    assert "FAIL workers: No worker gives a sign of life" in said


@pytest.mark.postgres
@pytest.mark.parametrize(("seconds", "words"), [(-4000, "seconds behind"), (4000, "seconds ahead of")])
def test_doctor_says_that_clocks_differ(
    on_postgres: Queue, statshop: Statshop, monkeypatch: pytest.MonkeyPatch, seconds: int, words: str
) -> None:
    assert "ok   clocks" in statshop("doctor")[1]
    monkeypatch.setattr("pipeline.commands.doctor.clock", lambda: clock() + timedelta(seconds=seconds))
    said = statshop("doctor")[1]
    assert re.search(rf"FAIL clocks: This machine's clock is (39[89]\d|40[01]\d) {words} the database's", said)


@pytest.mark.postgres
def test_the_schedule_hands_its_jobs_out(on_postgres: Queue, house: Path, postgres_url: str) -> None:
    (house / "config.toml").write_text(
        '[mailboxes.box]\nhost = "127.0.0.1"\nport = 9\nuser = "u"\nsecurity = "plain"\n'
    )
    settings = load_settings(house / "config.toml")
    with open_store(postgres_url) as store, scheduled(store, settings, house, threading.Event()) as schedule:
        deadline = time.monotonic() + 20
        while len(job_counts(store)) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        waiting = {(one.kind, one.state, one.count) for one in job_counts(store)}
        assert waiting == {("poll-1", "todo", 1), ("digest-1", "todo", 1)}
        assert not on_postgres.defer(poll_call("box"))
        assert "alerts" in schedule.names
