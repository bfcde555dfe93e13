"""Processes as they live: ended by SIGTERM in good order, never two at one mailbox, every run a row."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from fakes.imap_server import Habits, ImapServer

from storage.engine import open_store
from storage.errors import StorageError
from storage.records import RunOutcome
from storage.runs import begin_run, last_runs, status_counts

Ran = subprocess.CompletedProcess[str]
HOUSE = Path(__file__).parents[2]
STATSHOP = "pipeline.commands.main"
MANY = 800  # messages of an archive: more than are read before a signal comes


@pytest.fixture
def silent() -> Iterator[ImapServer]:
    """Serve connections, but never say a word."""
    server = ImapServer(Habits(greeting=None))
    yield server
    server.close()


@pytest.fixture
def letter() -> Iterator[ImapServer]:
    """Serve a mailbox with one long letter, which takes a while to read."""
    server = ImapServer()
    server.add(b"From: a@example.org\r\nSubject: Long\r\n\r\n" + b"We use the survey to plan grants.\r\n" * 5_000)
    yield server
    server.close()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command in the background; it is killed at the end if it still lives."""
    processes: list[subprocess.Popen[str]] = []

    def start(*words: str, **variables: str) -> subprocess.Popen[str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("STATSHOP_")}
        environment = {**kept, "HOME": str(tmp_path), "PYTHONPATH": str(HOUSE), "PYTHONUNBUFFERED": "1", **variables}
        command = [sys.executable, "-m", STATSHOP, *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        processes.append(subprocess.Popen(command, cwd=tmp_path, env=environment, start_new_session=True, **pipes))
        return processes[-1]

    (tmp_path / "config.toml").touch()
    yield start
    for process in processes:
        process.kill()
        process.communicate()


def mailbox_of(server: ImapServer) -> dict[str, str]:
    prefix = "STATSHOP_MAILBOXES__BOX__"
    usual = {"HOST": "127.0.0.1", "PORT": str(server.port), "USER": "u", "PASSWORD": "p", "SECURITY": "plain"}
    return {prefix + name: text for name, text in usual.items()}


def said_until(process: subprocess.Popen[str], words: str) -> str:
    said = ""
    for line in process.stdout or ():
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended without saying {words!r}:\n{said}")


def test_sigterm_ends_the_page_and_the_schedule_in_time(
    started: Callable[..., subprocess.Popen[str]], silent: ImapServer
) -> None:
    process = started("serve", STATSHOP_PAGE__PORT="0", **mailbox_of(silent))
    line = said_until(process, "review page is at").splitlines()[-1]
    address = next(word for word in line.split() if word.startswith("http://"))
    with urlopen(address + "healthz", timeout=10) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert process.wait(10) == 0
    assert time.monotonic() - begun < 10


def test_no_password_is_made_before_the_page_has_its_port(started: Callable[..., subprocess.Popen[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = started("serve", STATSHOP_PAGE__PORT=str(taken.getsockname()[1]))
        said = refused.communicate(timeout=30)[0]
    assert (refused.returncode, "cannot listen" in said, "password" in said) == (1, True, False)


def test_sigterm_ends_a_schedule_whose_server_does_not_answer(
    started: Callable[..., subprocess.Popen[str]], silent: ImapServer, tmp_path: Path
) -> None:
    process = started("schedule", **mailbox_of(silent))
    said_until(process, "The schedule runs")
    silent.wait_until(lambda server: server.connections_made)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


@pytest.mark.parametrize("fetched", [False, True], ids=["as they begin", "as they read"])
def test_a_signal_to_the_whole_group_sets_no_mail_aside(
    started: Callable[..., subprocess.Popen[str]],
    run_in: Callable[..., Ran],
    letter: ImapServer,
    tmp_path: Path,
    fetched: bool,
) -> None:
    process = started("poll", **mailbox_of(letter))
    workers_of(process)
    if fetched:
        letter.wait_until(lambda it: any("BODY.PEEK[]" in command for command in it.commands))
    os.killpg(process.pid, signal.SIGTERM)
    said = process.communicate(timeout=15)[0]
    assert (process.returncode, "Stopped when asked to" in said or "nothing new" in said) == (0, True), said
    assert "set aside 0" in said or "nothing new" in said
    again = run_in(tmp_path, STATSHOP, "poll", **mailbox_of(letter))
    assert again.returncode == 0, again.stderr
    with open_store(f"sqlite:///{tmp_path}/var/statshop.db") as store:
        counts = status_counts(store)
    assert (counts.messages, counts.set_aside) == (1, 0)


def test_sigterm_is_heeded_by_workers_and_not_by_the_process_that_holds_their_rules(
    started: Callable[..., subprocess.Popen[str]], letter: ImapServer
) -> None:
    process = started("poll", **mailbox_of(letter))
    workers_of(process)
    (fork_server,) = [child for child in children(process.pid) if children(child)]
    assert ignores_sigterm(fork_server)
    deadline = time.monotonic() + 30
    while all(map(ignores_sigterm, children(fork_server))):
        assert time.monotonic() < deadline, "no worker heeds it"
        time.sleep(0.02)


def test_a_signal_to_the_whole_group_stops_a_large_work_in_good_order(
    started: Callable[..., subprocess.Popen[str]], run_in: Callable[..., Ran], tmp_path: Path
) -> None:
    letter = "From x@example.org Wed Mar  2 09:00:00 2011\nFrom: a@example.org\nSubject: {0}\n\nWe use it, {0}.\n\n"
    (tmp_path / "box.mbox").write_text("".join(map(letter.format, range(MANY))))
    process = started("import", "box.mbox")
    wait_for_mail(tmp_path)
    os.killpg(process.pid, signal.SIGTERM)
    said = process.communicate(timeout=30)[0]
    assert (process.returncode, "messages left; the same command goes on." in said) == (1, True), said
    with open_store(f"sqlite:///{tmp_path}/var/statshop.db") as store:
        (ended,) = [run.outcome for run in last_runs(store, now=datetime.now(UTC)) if run.job == "import"]
        assert (ended, status_counts(store).set_aside) == (RunOutcome.STOPPED, 0)
    again = run_in(tmp_path, STATSHOP, "import", "box.mbox")
    assert (again.returncode, "Going on with what was interrupted" in again.stderr) == (0, True), again.stderr
    with open_store(f"sqlite:///{tmp_path}/var/statshop.db") as store:
        counts = status_counts(store)
    assert (counts.messages, counts.set_aside) == (MANY, 0)


def wait_for_mail(house: Path) -> None:
    """Wait until a message is stored."""
    deadline, file = time.monotonic() + 60, house / "var/statshop.db"
    while time.monotonic() < deadline:
        with suppress(StorageError):
            if file.exists():
                with open_store(f"sqlite:///{file}") as store:
                    if status_counts(store).messages:
                        return
        time.sleep(0.05)
    raise AssertionError("nothing was stored in time")


def workers_of(process: subprocess.Popen[str]) -> None:
    """Wait until there are processes that read: grandchildren, made by the fork server."""
    deadline = time.monotonic() + 30
    while not any(children(child) for child in children(process.pid)):
        assert time.monotonic() < deadline, "no worker began"
        time.sleep(0.02)


def ignores_sigterm(number: int) -> bool:
    status = Path(f"/proc/{number}/status").read_text()
    ignored = next(line.split()[1] for line in status.splitlines() if line.startswith("SigIgn:"))
    return bool(int(ignored, 16) & 1 << signal.SIGTERM - 1)


def children(number: int) -> list[int]:
    of_threads = Path(f"/proc/{number}/task").glob("*/children")
    return [int(child) for path in of_threads for child in path.read_text().split()]


def test_f40_two_processes_never_poll_one_mailbox_at_once(
    started: Callable[..., subprocess.Popen[str]], silent: ImapServer, run_in: Callable[..., Ran], tmp_path: Path
) -> None:
    first = started("poll", **mailbox_of(silent))
    silent.wait_until(lambda server: server.connections_made)
    second = run_in(tmp_path, STATSHOP, "poll", **mailbox_of(silent))
    assert second.returncode == 1
    assert "Another process is doing this now" in second.stderr
    assert first.poll() is None


def test_a_killed_poll_is_marked_lost_by_the_next(
    started: Callable[..., subprocess.Popen[str]], silent: ImapServer, tmp_path: Path, run_in: Callable[..., Ran]
) -> None:
    first = started("poll", **mailbox_of(silent))
    silent.wait_until(lambda server: server.connections_made)
    first.kill()
    first.wait()
    gone = {**mailbox_of(silent), "STATSHOP_MAILBOXES__BOX__CONNECT_TIMEOUT": "1", "STATSHOP_MAILBOXES__BOX__PORT": "1"}
    second = run_in(tmp_path, STATSHOP, "poll", **gone)
    assert "cannot be reached" in second.stderr
    status = run_in(tmp_path, STATSHOP, "status", "--json", **mailbox_of(silent))
    assert status.returncode == 1
    (run,) = [run for run in json.loads(status.stdout)["runs"] if run["job"] == "poll"]
    assert run["outcome"] == RunOutcome.FAILED
    assert "cannot be reached" in run["error"]


def test_status_tells_when_each_job_is_due(run_in: Callable[..., Ran], tmp_path: Path, silent: ImapServer) -> None:
    (tmp_path / "config.toml").touch()
    run_in(tmp_path, STATSHOP, "upgrade")
    with open_store(f"sqlite:///{tmp_path}/var/statshop.db") as store:
        begin_run(store, "poll", "box", now=datetime.now(tz=UTC))
        assert last_runs(store, now=datetime.now(tz=UTC))
    status = run_in(tmp_path, STATSHOP, "status", "--json", **mailbox_of(silent))
    assert set(json.loads(status.stdout)["next"]) == {"poll box", "reconcile box", "digest", "alerts"}
    assert status.returncode == 0


def test_a_refused_sign_in_is_told_at_once_and_once(started: Callable[..., subprocess.Popen[str]]) -> None:
    server = ImapServer(Habits(login_answer="NO [AUTHENTICATIONFAILED] wrong"))
    hook = socket.create_server(("127.0.0.1", 0))
    hook.settimeout(60)
    try:
        address = f"http://127.0.0.1:{hook.getsockname()[1]}/"
        started("schedule", STATSHOP_ALERTS__WEBHOOK=address, **mailbox_of(server))
        connection, _ = hook.accept()
        with connection:
            told = connection.recv(65536)
            while b"}" not in told:
                told += connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        assert b"sign-in refused" in told
        assert b"began" in told
        assert server.connections_made == 1
        hook.settimeout(3)
        with pytest.raises(TimeoutError):
            hook.accept()
    finally:
        hook.close()
        server.close()
