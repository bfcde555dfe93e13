"""The embedded IMAP server (pymap) that serves the sample mailbox on the loopback for as long as it is wanted."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pysasl.hashing import BuiltinHash

HOST = "127.0.0.1"
USER = "statshop"
START_SECONDS = 30.0
STOP_SECONDS = 5.0
PORTS_TRIED = 3


class ServerNotStarted(Exception):
    """The embedded IMAP server did not answer."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(f"the demo's IMAP server did not start: {said or 'it said nothing'}")


class ServedMailbox(NamedTuple):
    """Where the server listens and how to sign in; the password is new at each start."""

    host: str
    port: int
    user: str
    password: str


@contextlib.contextmanager
def serve(maildir_root: Path) -> Iterator[ServedMailbox]:
    """Serve the Maildir (see `demo.mailbox.prepare`) as INBOX until the block ends.

    The server is a process of its own and ends with us, however we end. Raises ServerNotStarted.
    """
    root = maildir_root.resolve()
    _forget_stale_locks(root)
    password = secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory(prefix="statshop-demo-") as accounts:
        _write_account(Path(accounts), root, password)
        process, port = _start(Path(accounts), root)
        try:
            yield ServedMailbox(HOST, port, USER, password)
        finally:
            _stop(process)


def _forget_stale_locks(root: Path) -> None:
    """Remove the lock a killed server left: pymap would wait ten minutes for it."""
    for lock in root.glob("*.lock"):
        lock.unlink(missing_ok=True)


def _write_account(accounts: Path, root: Path, password: str) -> None:
    """Write pymap's passwd and shadow files: one user, whose home is the Maildir."""
    hashed = BuiltinHash(rounds=1000).hash(password).replace(":", "\\:")
    home = str(root).replace(":", "\\:")
    (accounts / "pymap-etc-passwd").write_text(f"{USER}:x::::{home}:\n", encoding="utf-8")
    shadow = accounts / "pymap-etc-shadow"
    shadow.touch(mode=0o600)
    shadow.write_text(f"{USER}:{hashed}:::::::\n", encoding="utf-8")


def _start(accounts: Path, root: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; another port when somebody took it in between."""
    said = ""
    for _ in range(PORTS_TRIED):
        port = _free_port()
        log = accounts / f"server-{port}.log"
        process = _launch(accounts, root, port, log)
        if _answers(process, port):
            return process, port
        _stop(process)
        said = _last_line(log)
    raise ServerNotStarted(said)


def _launch(accounts: Path, root: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "demo.imap_process"]
    command += ["--host", HOST, "--port", str(port), "--no-tls", "maildir", str(accounts)]
    # pymap renames its files from the temporary folder into the Maildir, so both must be one file system;
    # it shows a file's time as local time, so local time must be UTC.
    settings = {"TZ": "UTC", "TMPDIR": str(root / "tmp"), "PYTHONPATH": _path_with_project()}
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env={**os.environ, **settings},
            start_new_session=True,  # Ctrl-C is ours to pass on
        )


def _path_with_project() -> str:
    project = str(Path(__file__).resolve().parents[1])
    return os.pathsep.join(part for part in (project, os.environ.get("PYTHONPATH", "")) if part)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _greets(port):
            return True
        time.sleep(0.05)
    return False


def _greets(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=2.0) as connection:
        return connection.recv(64).startswith(b"* OK")
    return False


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and end it when it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()
