"""A folder with much to fetch is shared out: anybody files its batches, a poll that finds them moves the cursor."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fakes.imap_server import ImapServer

from pipeline.commands.job_functions import FUNCTIONS, Bench
from pipeline.config import Settings, load_settings
from pipeline.flow.reading import MessageReader, ReadingContext
from pipeline.jobs.calls import JobCall, poll_call
from storage.engine import Store
from storage.messages import export_rows, folder_states
from storage.runs import runs

COUNT = 12


class ReaderHere:
    """Reads in this process, whatever the mailbox, and lends itself."""

    def admit(self, account: str) -> None:
        pass

    def __init__(self) -> None:
        self._reader = MessageReader(ReadingContext())

    def read(self, raws: Any, now: Any) -> Iterator[Any]:
        return ((raw, self._reader.read(raw, now)) for raw in raws)

    @contextmanager
    def lent(self) -> Iterator["ReaderHere"]:
        yield self


@pytest.fixture
def server() -> Iterator[ImapServer]:
    serving = ImapServer()
    for number in range(COUNT):
        serving.add(b"From: a@example.org\r\nSubject: %d\r\n\r\nWe use the survey.\r\n" % number)
    yield serving
    serving.close()


@pytest.fixture
def settings(tmp_path: Path, server: ImapServer) -> Settings:
    box = f'host = "127.0.0.1"\nport = {server.port}\nuser = "u"\nsecurity = "plain"\nbatch_messages = 1\n'
    (tmp_path / "config.toml").write_text(f"[mailboxes.box]\n{box}")
    return load_settings(tmp_path / "config.toml", {"STATSHOP_MAILBOXES__BOX__PASSWORD": "p"})


def test_batches_are_handed_out_filed_by_others_and_passed_when_all_are_there(
    sqlite_store: Store, settings: Settings, tmp_path: Path, server: ImapServer
) -> None:
    handed: list[JobCall] = []
    parts = {"store": sqlite_store, "settings": settings, "house": tmp_path, "readers": ReaderHere()}
    bench = Bench(**parts, stop=threading.Event(), hand_out=handed.extend)
    do(bench, poll_call("box"))
    assert [call.arguments["uids"] for call in handed] == [[uid] for uid in range(1, COUNT + 1)]
    assert len({call.lock for call in handed}) == COUNT
    assert folder_states(sqlite_store, runs_account(settings)) == ()
    for call in [*handed, *handed[:3]]:  # a job may be done twice
        do(bench, call)
    assert sum(1 for _ in export_rows(sqlite_store)) == COUNT
    handed.clear()
    do(bench, poll_call("box"))
    (state,) = folder_states(sqlite_store, runs_account(settings))
    assert (handed, state.last_uid) == ([], COUNT)
    assert [run.counts.stored for run in runs(sqlite_store, job="poll")] == [0, 0]
    assert [run.counts.handed_out for run in runs(sqlite_store, job="poll")] == [0, COUNT]  # the newest first


def test_a_batch_of_a_folder_that_was_numbered_anew_is_left(
    sqlite_store: Store, settings: Settings, tmp_path: Path
) -> None:
    handed: list[JobCall] = []
    parts = {"store": sqlite_store, "settings": settings, "house": tmp_path, "readers": ReaderHere()}
    bench = Bench(**parts, stop=threading.Event(), hand_out=handed.extend)
    do(bench, poll_call("box"))
    FUNCTIONS[handed[0].kind.queue](bench, **{**handed[0].arguments, "uidvalidity": 999})
    assert list(export_rows(sqlite_store)) == []


def do(bench: Bench, call: JobCall) -> None:
    FUNCTIONS[call.kind.queue](bench, **call.arguments)


def runs_account(settings: Settings) -> str:
    from pipeline.commands.opening import mailboxes_of

    return mailboxes_of(settings, "box")[0].account
