"""The logs of a worker over PostgreSQL, errors of mailbox and database provoked: nothing of any message in them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.leaks import CANARY, PLANTED, leaks_in, planted
from sqlalchemy import text

from demo.mailbox import SAMPLES
from demo.server import ServedMailbox, serve
from pipeline.jobs.calls import poll_call, reconcile_call, retention_call
from pipeline.jobs.queue import Queue
from storage.engine import Store, open_store

pytestmark = pytest.mark.postgres

HOUSE = Path(__file__).parents[2]
STATSHOP = (sys.executable, "-m", "pipeline.commands.main")
MAILS = [path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))[:8]]
REFUSED = "The database refused: CheckViolation"
SETTINGS = """
[mailboxes.box]
host = "{host}"
port = {port}
user = "{user}"
security = "plain"
folders = ["INBOX"]

[mailboxes.refused]
host = "{host}"
port = {port}
user = "{user}"
security = "plain"
folders = ["Elsewhere"]

[mailboxes.missing]
host = "{host}"
port = {port}
user = "{user}"
security = "plain"
folders = ["Missing"]

[reading]
workers = 1

[retention]
raw_months = 1
"""


@dataclass(frozen=True)
class Walked:
    """What the worker and the commands beside it logged, and how many messages are held."""

    logs: str
    stored: int


@pytest.fixture
def walked(tmp_path: Path, postgres_url: str) -> Walked:
    """Let a worker poll, import, tag, verify and fail at each, then meet a database that refuses every message."""
    maildir(tmp_path / "mailbox", [*MAILS, PLANTED.encode()])
    (tmp_path / "second.eml").write_text(planted(2))
    said = []
    with serve(tmp_path / "mailbox") as served, open_store(postgres_url) as store, Queue(postgres_url) as queue:
        (tmp_path / "config.toml").write_text(SETTINGS.format(**served._asdict()))
        with working(tmp_path, environment(served, postgres_url)) as log:
            until(lambda: "worker of" in log.read_text(), log)
            queue.hand_out([poll_call("box", anyway=True), poll_call("refused"), poll_call("missing")])
            until(lambda: held(store) == len(MAILS) + 1, log)
            for words in ("import second.eml", "retag", "verify", "import nothing.mbox"):
                said.append(command(tmp_path, environment(served, postgres_url), *words.split()))
            queue.hand_out([reconcile_call("missing")])
            stored = held(store)
            refuse_messages(store)
            (tmp_path / "mailbox/new/third").write_text(planted(3))
            queue.hand_out([poll_call("box"), retention_call()])
            until(lambda: REFUSED in log.read_text() and failed(log) == {"poll", "reconcile"}, log)
        return Walked(logs=log.read_text() + "".join(said), stored=stored)


def maildir(folder: Path, mails: list[bytes]) -> None:
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for number, mail in enumerate(mails):
        (folder / "new" / f"{number}").write_bytes(mail)


def environment(served: ServedMailbox, url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STATSHOP_")}
    passwords = {"BOX": served.password, "MISSING": served.password, "REFUSED": CANARY}
    return {
        **kept,
        **{f"STATSHOP_MAILBOXES__{name}__PASSWORD": password for name, password in passwords.items()},
        "PYTHONPATH": str(HOUSE),
        "STATSHOP_STORAGE__URL": url,
        "STATSHOP_STORAGE__ERASURE_KEY": "k" * 32,
        "STATSHOP_LOG__LEVEL": "debug",
        "STATSHOP_LOG__FORMAT": "json",
    }


@contextmanager
def working(folder: Path, variables: dict[str, str]) -> Iterator[Path]:
    """Run a worker, and give the file of its log; afterwards ask it to end."""
    log = folder / "worker.log"
    with log.open("w") as file:
        words = [*STATSHOP, "worker", "--processes", "1"]
        process = subprocess.Popen(words, cwd=folder, env=variables, stderr=file, stdout=subprocess.DEVNULL)
        try:
            yield log
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def command(folder: Path, variables: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [*STATSHOP, *words], cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=120
    )
    return done.stderr


def held(store: Store) -> int:
    with store.reading() as session:
        return int(session.connection().execute(text("SELECT count(*) FROM message")).scalar() or 0)


def refuse_messages(store: Store) -> None:
    """Make PostgreSQL refuse each new message, with the failing row in what it says."""
    with store.writing() as session:
        session.connection().execute(text("ALTER TABLE message ADD CONSTRAINT provoked CHECK (false) NOT VALID"))


def failed(log: Path) -> set[str]:
    """Give the kinds of jobs that failed."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    told = [str(line["message"]) for line in lines if " failed for the " in str(line["message"])]
    return {words.split(", ")[1].rpartition("-")[0] for words in told}


def until(there: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 150
    while not there():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


def test_a_worker_logs_nothing_of_any_message(walked: Walked) -> None:
    assert walked.stored == len(MAILS) + 2
    for words in ("refused the sign-in", "Missing", REFUSED, "nothing.mbox"):
        assert words in walked.logs, words
    assert leaks_in(walked.logs, MAILS) == []
