"""A newer and an older program beside each other on one database, as real processes: nothing fails, nothing is lost."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from fakes.newer_program import CHECKOUT, newer_program
from sqlalchemy import text

from storage.engine import Store, open_store
from storage.jobs import job_counts, job_errors, living_workers
from storage.messages import save_batch
from storage.records import NewMessage, Slot, VerdictRecord, ZoneRecord
from storage.revisions import HEAD
from storage.stretches import SIZE

pytestmark = pytest.mark.postgres

KEY = "k" * 32
NOW = datetime(2011, 3, 10, 12, tzinfo=UTC)
WORDS = "We use the Citizenship Survey to plan our services."
Program = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a folder with settings: one job at once, so that nothing is done faster than it is looked at."""
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "config.toml").write_text("[workers]\njobs_at_once = 1\nshare = 1.0\n[reading]\nworkers = 1\n")
    return folder


@pytest.fixture
def started(house: Path, postgres_url: str) -> Iterator[Program]:
    """Start `statshop` of a program that lies in a folder; all are ended with the test."""
    running: list[subprocess.Popen[str]] = []

    def start(program: Path, *words: str) -> "subprocess.Popen[str]":
        own = {"PYTHONPATH": str(program), "STATSHOP_STORAGE__URL": postgres_url, "STATSHOP_STORAGE__ERASURE_KEY": KEY}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STATSHOP_")}
        command = [sys.executable, "-m", "pipeline.commands.main", *words]
        environment, pipe = kept | own, subprocess.PIPE
        running.append(
            subprocess.Popen(command, cwd=house, env=environment, text=True, stdout=pipe, stderr=subprocess.STDOUT)
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def saved(store: Store, first: int, count: int) -> None:
    """Store messages as this (the older) program does, by rules of long ago."""
    save_batch(store, [a_message(number) for number in range(first, first + count)], None, now=NOW)


def a_message(number: int) -> NewMessage:
    raw = f"From: A <a{number}@example.org>\r\nSubject: Question {number}\r\n\r\n{WORDS}\r\n".encode()
    digest = sha256(raw).hexdigest()
    return NewMessage(
        slot=Slot(account="box", folder="INBOX", uidvalidity=1, uid=number),
        origin="imap",
        raw=raw,
        raw_sha256=digest,
        mail_sha256=digest,
        arrived_at=NOW,
        arrived_source="INTERNALDATE",
        subject=f"Question {number}",
        sender_name="A",
        sender_address=f"a{number}@example.org",
        user_address=f"a{number}@example.org",
        thread_key=digest,
        zones=(ZoneRecord(kind="new", text=WORDS),),
        verdict=VerdictRecord(rules_version="long ago", tags=()),
    )


def waiting(store: Store) -> dict[str, int]:
    """Count the jobs that wait, but for those that every worker hands itself."""
    counts = {one.kind: one.count for one in job_counts(store) if one.state == "todo"}
    return {kind: count for kind, count in counts.items() if kind.partition("-")[0] not in ("sweep", "tidy")}


def wait_until(true: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def said_by(process: "subprocess.Popen[str]") -> str:
    said, _ = process.communicate(timeout=90)
    assert process.returncode == 0, said
    return said


@contextmanager
def worker_of(started: Program, program: Path, store: Store) -> Iterator[None]:
    """Let a worker of a program work; gone at the end."""
    before = living_workers(store)
    process = started(program, "worker", "--processes", "1")
    wait_until(lambda: living_workers(store) > before)
    yield
    process.terminate()
    process.wait(30)


def verdicts_of(store: Store, rules: str) -> int:
    with store.reading() as session:
        here = text("SELECT count(*) FROM message WHERE rules_version = :rules")
        return int(session.connection().execute(here, {"rules": rules}).scalar_one())


def test_a_newer_and_an_older_worker_go_on_beside_each_other(
    tmp_path: Path, postgres_url: str, started: Program
) -> None:
    older, newer = CHECKOUT, newer_program(tmp_path / "newer", HEAD)
    with open_store(postgres_url, erasure_key=KEY.encode()) as store:
        saved(store, 1, 2 * SIZE)
        with worker_of(started, older, store):
            said_by(started(newer, "upgrade"))
            saved(store, 1000, 10)  # by the older program, into the newer one's table
            asked = started(newer, "retag")
            wait_until(lambda: waiting(store) == {"retag-2": 3})
            said = said_by(started(older, "verify"))
            assert "The bytes of 210 messages are those that were received" in said
            assert waiting(store) == {"retag-2": 3}, "the older worker leaves what it does not understand"
            with worker_of(started, newer, store):
                assert "Read 210 messages again" in said_by(asked)
                assert verdicts_of(store, "long ago") == 0
                said_by(started(older, "verify", "--anew"))
        with worker_of(started, newer, store):
            said = said_by(started(older, "retag", "--anew"))
            assert "Read 210 messages again: 0 verdicts changed" in said, "the newer worker does what the older asked"
        assert waiting(store) == {}
        assert job_errors(store) == ()
        with store.reading() as session:
            novelties = session.connection().execute(text("SELECT DISTINCT novelty FROM message")).scalars().all()
        assert novelties == ["none"]
