"""Reading in worker processes: one bad message costs itself, never the run."""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import odd_reading

from pipeline.errors import WorkersDidNotStart, WorkersEnded
from pipeline.flow.reader import Reader, ReaderLimits, Work
from pipeline.flow.reading import ReadingContext, Unread
from pipeline.mail.message import Origin, RawMessage

NOW = datetime(2011, 3, 1, tzinfo=UTC)
LIMITS = ReaderLimits(workers=2, seconds_per_message=1, megabytes_per_worker=1024, messages_per_worker=3)
WORK = Work(prepare=odd_reading.prepare, read=odd_reading.read, judge=odd_reading.read)


def raw(content: bytes, uid: int = 1) -> RawMessage:
    return RawMessage(origin=Origin.IMAP, account="a", folder="INBOX", uidvalidity=1, uid=uid, raw=content)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(ReadingContext(), LIMITS, WORK) as made:
        yield made


def reasons(reader: Reader, *contents: bytes) -> list[str]:
    outcomes = [outcome for _, outcome in reader.read([raw(content) for content in contents], NOW)]
    assert all(isinstance(outcome, Unread) for outcome in outcomes)
    return [outcome.reason for outcome in outcomes]


def test_answers_come_in_the_order_of_the_messages(reader: Reader) -> None:
    contents = [str(number).encode() for number in range(40)]
    assert [reason.split()[0] for reason in reasons(reader, *contents)] == [str(number) for number in range(40)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"hang", "more than 1 seconds", id="hangs-for-ever"),
        pytest.param(b"grow", "memory", id="takes-all-memory"),
        pytest.param(b"die", "memory", id="kills-its-worker"),
        pytest.param(b"fail", "the program failed on it: KeyError", id="meets-a-fault-of-ours"),
    ],
)
def test_one_bad_message_stops_nothing(reader: Reader, content: bytes, words: str) -> None:
    before, bad, after = reasons(reader, b"before", content, b"after")
    assert before.startswith("before")
    assert words in bad
    assert after.startswith("after")


def test_a_worker_that_is_ended_from_outside_is_no_messages_fault(reader: Reader) -> None:
    with pytest.raises(WorkersEnded):
        list(reader.read([raw(b"end")], NOW))
    assert reasons(reader, b"after")[0].startswith("after")


@pytest.mark.parametrize(
    ("at_first", "error"), [(True, WorkersEnded), (False, WorkersDidNotStart)], ids=["no longer", "never"]
)
def test_workers_that_begin_no_longer_are_told_from_those_that_never_did(
    tmp_path: Path, at_first: bool, error: type[Exception]
) -> None:
    folder, work = tmp_path / "there", Work(prepare=odd_reading.prepare_while, read=odd_reading.read)
    with Reader(ReadingContext(rules_folder=folder), LIMITS, work) as reader:
        if at_first:
            folder.mkdir()
            assert reasons(reader, b"one")[0].startswith("one")
            folder.rmdir()
        with pytest.raises(error):
            reasons(reader, *[b"more"] * 40)


def test_a_task_that_the_pool_forgot_as_it_broke_is_not_waited_for(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = SimpleNamespace(schedule=lambda *_, **__: Future(), active=False)
    with monkeypatch.context() as broken:
        broken.setattr(reader, "_pool", forgotten)
        with pytest.raises(WorkersDidNotStart):
            reasons(reader, b"one")
        with pytest.raises(WorkersDidNotStart):
            reasons(reader, b"one", b"two")


def test_one_that_cannot_be_judged_stops_nothing(reader: Reader) -> None:
    judged = [outcome for _, outcome in reader.judge([raw(content) for content in (b"one", b"fail", b"two")], NOW)]
    assert [str(outcome).partition("'")[2].split()[0] for outcome in judged] == ["one", "the", "two"]


def test_several_bad_messages_in_one_task_cost_themselves_alone(reader: Reader) -> None:
    told = reasons(reader, b"one", b"fail", b"die", b"two", b"three")
    assert [reason.split()[0] for reason in (told[0], *told[3:])] == ["one", "two", "three"]
    assert "KeyError" in told[1]
    assert "memory" in told[2]


def test_a_fault_of_the_program_is_told_from_a_bad_message(reader: Reader) -> None:
    ((_, outcome),) = reader.read([raw(b"fail")], NOW)
    assert isinstance(outcome, Unread)
    assert outcome.is_fault


def test_workers_are_replaced_after_so_many_messages(reader: Reader) -> None:
    workers = {reason.split()[1] for reason in reasons(reader, *[b"x"] * 20)}
    assert len(workers) > 2
