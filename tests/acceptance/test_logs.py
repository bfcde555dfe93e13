"""The logs of the whole walk at level debug, errors provoked on the way: nothing of any message stands in them."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from fakes.leaks import (
    ADDRESS,
    CANARY,
    PLANTED,
    addresses_in,
    five_words_of_bodies,
    names_and_subjects_in,
    planted,
    runs_of_five,
)

from demo.mailbox import SAMPLES, prepare
from demo.server import ServedMailbox, serve

Ran = subprocess.CompletedProcess[str]
HOUSE = Path(__file__).parents[2]
STATSHOP = "pipeline.commands.main"
# The database refuses whatever is written, in the midst of the statement that holds it.
BROKEN = (
    "INSERT ON message",
    "INSERT ON digest_issue",
    "UPDATE ON message",
    "DELETE ON message_text",
    "INSERT ON erasure",
)
REFUSED = "The database refused: IntegrityError"
BESET = {
    "poll": REFUSED,
    "import second.eml": REFUSED,
    "retag": REFUSED,
    "digest 2011-01 --issue": REFUSED,
    f"person export {CANARY}@example.org --to nowhere/person.zip": "there is no folder nowhere. Name another file.",
    f"person erase {CANARY}@example.org --yes": REFUSED,
    "backup nowhere/copy.db": "there is no folder nowhere",
    "restore second.eml": "is no database of this program",
}
AFTERWARDS = (
    "poll",
    "ledger --reconcile",
    "alerts",
    "explain 2",
    f"person erase {CANARY}@example.org --yes",
    "learn",
    "rebuild",
    "retention",
    "verify",
    "import nothing.mbox",
)
# Retention takes everything away, nobody can be told, and the server has no such folder.
TROUBLED = {
    "STATSHOP_RETENTION__RAW_MONTHS": "1",
    "STATSHOP_RETENTION__ATTACHMENTS_MONTHS": "1",
    "STATSHOP_RETENTION__TEXT_MONTHS": "1",
    "STATSHOP_ALERTS__WEBHOOK": "http://127.0.0.1:1/nobody",
    "STATSHOP_MAILBOXES__DEMO__FOLDERS": "INBOX,Missing",
}


@dataclass(frozen=True)
class Walk:
    """What the processes of the walk logged, how many messages were stored, what the rows of runs say, and those of
    its commands that met a database which refuses."""

    logs: str
    stored: int
    errors: tuple[str, ...]
    beset: dict[str, Ran]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, run_in: Callable[..., Ran]) -> Walk:
    """Poll, import, retag, make digests and serve, with a bad message, a wrong password, failing jobs and page errors.

    The first commands log as text, the page as JSON, and so do the commands after it: all that touch messages.
    """
    house = tmp_path_factory.mktemp("walk")
    (house / "config.toml").touch()
    prepare(house / "mailbox")
    (house / "planted.eml").write_text(PLANTED)
    with serve(house / "mailbox") as served:
        variables = settings(served)
        said = [
            run_in(house, STATSHOP, "poll", **variables | {"STATSHOP_MAILBOXES__DEMO__PASSWORD": CANARY}),
            run_in(house, STATSHOP, "poll", **variables),
            run_in(house, STATSHOP, "import", "planted.eml", **variables),
            run_in(house, STATSHOP, "retag", **variables),
            run_in(house, STATSHOP, "digest", "2011-01", **variables),
            run_in(house, STATSHOP, "set-aside", "retry", "1", **variables),
        ]
        as_json = variables | {"STATSHOP_LOG__FORMAT": "json"}
        logs = "".join(one.stderr for one in said) + served_page(house, as_json)
        with sqlite3.connect(house / "var/statshop.db") as database:
            (stored,) = database.execute("SELECT count(*) FROM message").fetchone()
            database.execute("UPDATE message SET state = 'pending' WHERE id = 1")
        database.close()
        beset = under_siege(house, run_in, variables)
        logs += "".join(one.stderr for one in beset.values())
        logs += "".join(run_in(house, STATSHOP, *words.split(), **as_json | TROUBLED).stderr for words in AFTERWARDS)
    with sqlite3.connect(house / "var/statshop.db") as database:
        errors = tuple(error for (error,) in database.execute("SELECT error FROM run"))
    database.close()
    return Walk(logs=logs, stored=stored, errors=errors, beset=beset)


def under_siege(house: Path, run_in: Callable[..., Ran], variables: dict[str, str]) -> dict[str, Ran]:
    """Let new mail come in, and call commands while the database refuses what they write and places are missing."""
    (house / "second.eml").write_text(planted(2))
    (house / "mailbox/new/third").write_text(planted(3))
    with closing(sqlite3.connect(house / "var/statshop.db")) as database:
        database.execute("UPDATE verdict SET confidence = 0.5")  # else a retag has nothing to write
        for number, what in enumerate(BROKEN):
            database.execute(f"CREATE TRIGGER broken{number} BEFORE {what} BEGIN SELECT RAISE(ABORT, 'provoked'); END")
        database.commit()
        done = {words: run_in(house, STATSHOP, *words.split(), **variables) for words in BESET}
        for number in range(len(BROKEN)):
            database.execute(f"DROP TRIGGER broken{number}")
        database.commit()
    return done


def settings(served: ServedMailbox) -> dict[str, str]:
    prefix = "STATSHOP_MAILBOXES__DEMO__"
    box = {"HOST": served.host, "PORT": str(served.port), "USER": served.user, "PASSWORD": served.password}
    variables = {prefix + name: text for name, text in {**box, "SECURITY": "plain", "CONNECT_TIMEOUT": "3"}.items()}
    return variables | {"STATSHOP_LOG__LEVEL": "debug", "STATSHOP_PAGE__PORT": "0"}


def served_page(house: Path, variables: dict[str, str]) -> str:
    """Serve with jobs that fail, ask for pages that fail, end it, and give what it logged."""
    (house / "no-folder").write_text("a file where the digests should go")
    kept = {name: text for name, text in os.environ.items() if not name.startswith("STATSHOP_")}
    failing = {"STATSHOP_DIGESTS__FOLDER": "no-folder", "STATSHOP_MAILBOXES__DEMO__FOLDERS": "INBOX,Missing"}
    environment = {**kept, "PYTHONPATH": str(HOUSE), "PYTHONUNBUFFERED": "1", **variables, **failing}
    with (house / "page.log").open("w") as log:
        command = [sys.executable, "-m", STATSHOP, "serve"]
        pipes = {"stdout": subprocess.PIPE, "stderr": log, "text": True}
        process = subprocess.Popen(command, cwd=house, env=environment, **pipes)
        try:
            provoke(house, *first_words(process))
            wait_for(house / "page.log", "poll demo failed")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    return (house / "page.log").read_text()


def first_words(process: subprocess.Popen[str]) -> tuple[str, str]:
    password = ""
    for line in process.stdout or ():
        if found := re.search(r"password (\S+)", line):
            password = found[1]
        if found := re.search(r"http://\S+/", line):
            return found[0], password
    raise AssertionError("the page did not start")


def provoke(house: Path, page: str, password: str) -> None:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    for name, word in ((CANARY, CANARY), ("admin", password)):
        text = ask(opener, page + "sign-in", {"name": name, "password": word, "token": form_token(opener, page)})
    assert "Sign out" in text
    for path in (f"?words={CANARY}", f"no/such/{CANARY}?q={CANARY}", f"messages/{CANARY}", "messages/1"):
        ask(opener, page + path)
    ask(opener, page + f"messages/1/decide?{CANARY}", {CANARY: CANARY})
    with sqlite3.connect(house / "var/statshop.db") as database:
        database.execute("UPDATE message SET state = ? WHERE id = 1", (f"Canary {CANARY}",))  # a bug's stand-in
        database.execute("ALTER TABLE decision RENAME TO decision_away")
    database.close()
    for path in ("messages/1", "messages/2", f"?words={CANARY}", "runs"):
        ask(opener, page + path)
    with sqlite3.connect(house / "var/statshop.db") as database:
        database.execute("ALTER TABLE decision_away RENAME TO decision")
    database.close()


def form_token(opener: OpenerDirector, page: str) -> str:
    found = re.search(r'name="token" value="([^"]*)"', ask(opener, page + "sign-in"))
    return found[1] if found else ""


def ask(opener: OpenerDirector, address: str, form: dict[str, str] | None = None) -> str:
    try:
        with opener.open(address, urlencode(form).encode() if form else None, timeout=30) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        with error:
            return str(error.read().decode())


def wait_for(file: Path, words: str) -> None:
    deadline = time.monotonic() + 150
    while words not in file.read_text():
        assert time.monotonic() < deadline, file.read_text()
        time.sleep(0.1)


def samples() -> list[bytes]:
    return [path.read_bytes() for path in SAMPLES.glob("*.eml")]


def test_the_walk_did_its_work_and_met_its_errors(walk: Walk) -> None:
    assert walk.stored == 114
    for words in ("refused the sign-in", "sign-in refused", "store failed", "ValueError", "Missing"):
        assert words in walk.logs, words


@pytest.mark.parametrize("words", BESET)
def test_a_command_that_met_its_error_said_which(words: str, walk: Walk) -> None:
    assert walk.beset[words].returncode == 1
    assert BESET[words] in walk.beset[words].stderr


def test_no_canary_stands_in_the_logs(walk: Walk) -> None:
    assert CANARY not in walk.logs.lower()


def test_neither_canary_nor_address_stands_in_the_rows_of_runs(walk: Walk) -> None:
    assert any("Missing" in error for error in walk.errors)
    assert not [error for error in walk.errors if CANARY in error.lower() or ADDRESS.search(error)]


def test_no_address_of_any_message_stands_in_the_logs(walk: Walk) -> None:
    addresses = addresses_in(samples())
    assert len(addresses) > 100
    assert [address for address in addresses if address in walk.logs.lower()] == []


def test_no_name_and_no_subject_stands_in_the_logs(walk: Walk) -> None:
    telling = names_and_subjects_in(samples())
    assert len(telling) > 100
    assert [name for name in telling if name in walk.logs.lower()] == []


def test_no_five_words_of_any_body_stand_in_the_logs(walk: Walk) -> None:
    assert runs_of_five(walk.logs) & five_words_of_bodies(samples()) == set()


def test_lines_carry_their_run_and_json_lines_are_json(walk: Walk) -> None:
    read = [json.loads(line) for line in walk.logs.splitlines() if line.startswith("{")]
    assert "[run " in walk.logs
    assert all({"time", "level", "logger", "message"} <= set(line) for line in read)
    assert any(line.get("run") for line in read)
