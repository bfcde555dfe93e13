"""Commands called in this process: a folder with settings, and `statshop` as a function."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.commands.main import run
from storage.engine import Store
from storage.messages import save_batch
from storage.records import NewMessage, Slot, TagRecord, VerdictRecord, ZoneRecord


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with an empty settings file, and work in it."""
    (tmp_path / "config.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def logs_kept() -> Iterator[None]:
    """Undo what a command sets up of the logs."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Undo what the commands of a test set up of the logs."""
    with logs_kept():
        yield


@pytest.fixture
def statshop(house: Path, capsys: pytest.CaptureFixture[str], logs_as_before: None) -> Callable[..., tuple[int, str]]:
    """Run a command; gives its exit status and what it said."""

    def ran(*words: str) -> tuple[int, str]:
        status = run(words)
        said = capsys.readouterr()
        return status, said.out + said.err

    return ran


@pytest.fixture
def hold_letter() -> Callable[[Store, str, datetime], None]:
    """Store a letter: of an account, and that arrived at a moment."""

    def held(store: Store, account: str, arrived_at: datetime) -> None:
        raw = b"Subject: Figures\r\n\r\nFigures, please.\r\n"
        tags = (TagRecord(dimension="disposition", value="triage"),)
        letter = NewMessage(
            slot=Slot(account=account, folder="INBOX", uidvalidity=1, uid=1),
            origin="imap",
            raw=raw,
            raw_sha256=sha256(raw).hexdigest(),
            mail_sha256=sha256(raw).hexdigest(),
            arrived_at=arrived_at,
            arrived_source="INTERNALDATE",
            subject="Figures",
            sender_name="Ann Example",
            sender_address="ann@example.org",
            user_address="ann@example.org",
            zones=(ZoneRecord(kind="new", text="Figures, please."),),
            verdict=VerdictRecord(rules_version="r1", tags=tags),
        )
        save_batch(store, [letter], None, now=arrived_at)

    return held
