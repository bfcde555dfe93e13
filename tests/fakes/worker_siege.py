"""Workers under siege: mail comes into many mailboxes while one worker after the other is killed outright."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from sqlalchemy import make_url

from fakes.certificates import Authority
from fakes.dovecot import Dovecot
from fakes.machines import ADDRESS, Relay, machines
from pipeline.jobs.calls import poll_call
from pipeline.jobs.queue import Queue
from storage.engine import Store, open_store
from storage.jobs import job_counts, living_workers
from storage.messages import export_rows

CHECKOUT = Path(__file__).parents[2]
WORKER = (sys.executable, "-m", "pipeline.commands.main", "worker", "--processes", "1")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long, over how many mailboxes, how often a mail comes, and how often a worker is killed; in seconds."""

    mailboxes: int
    seconds: float
    mail_every: float
    poll_every: float
    kill_every: float
    lost_after: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the mail: how many were lost or stored twice, and how many jobs still hang."""

    delivered: int
    lost: int
    doubled: int
    stalled: int
    kills: int
    settled_in: float  # seconds from the last mail and the last kill until everything was stored


@dataclass(frozen=True, kw_only=True)
class Field:
    """Where the workers run, and how they reach the mail server and the database from there."""

    mail: str  # the settings of a mailbox: host, port, security
    url: str
    prefixes: tuple[tuple[str, ...], ...] = ((), ())  # what goes before the command of each worker


def on_this_machine(server: Dovecot, url: str) -> Field:
    """Let two workers run here."""
    return Field(mail=f'host = "127.0.0.1"\nport = {server.port}\nsecurity = "plain"\n', url=url)


@contextmanager
def on_machines_of_their_own(server: Dovecot, url: str, authority: Authority) -> Iterator[Field]:
    """Let two workers run in network namespaces of their own: mail comes over TLS, the database over TCP."""
    address = make_url(url)
    directory = str(address.query["host"])
    with machines(2) as two, Relay(server.tls_port) as mail, Relay(Path(directory) / ".s.PGSQL.5432") as database:
        tls = f'host = "{ADDRESS}"\nport = {mail.port}\nsecurity = "tls"\nca_file = "{authority.ca_file}"\n'
        there = address.set(host=ADDRESS, port=database.port, query={})
        prefixes = tuple(machine.prefix for machine in two)
        yield Field(mail=tls, url=there.render_as_string(hide_password=False), prefixes=prefixes)


def besieged(folder: Path, url: str, server: Dovecot, plan: Plan, field: Field | None = None) -> Outcome:
    """Run the siege and see what is held at the end; where the workers run, `field` says."""
    names = [f"box{number:02}" for number in range(plan.mailboxes)]
    for name in names:
        server.maildir(name)
    there = field or on_this_machine(server, url)
    (folder / "config.toml").write_text(_settings(names, there.mail, plan))
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "STATSHOP_STORAGE__URL": there.url,
        "STATSHOP_STORAGE__ERASURE_KEY": "k" * 32,
        **{f"STATSHOP_MAILBOXES__{name.upper()}__PASSWORD": "secret" for name in names},
    }
    with _workers(folder, environment, there.prefixes) as workers, Queue(url) as queue, open_store(url) as store:
        _wait_for(store, len(there.prefixes))
        delivered, kills = _assault(workers, queue, server, names, plan)
        ended = time.monotonic()
        _settle(store, queue, names, delivered, patience=20 * plan.lost_after + 60)
        return _outcome(store, delivered, kills, time.monotonic() - ended)


class _Workers:
    def __init__(self, folder: Path, environment: dict[str, str], prefixes: Sequence[tuple[str, ...]]) -> None:
        self._folder, self._environment, self._prefixes = folder, environment, prefixes
        self._log = (folder / "workers.log").open("ab")
        self._alive = [self._start(place) for place in range(len(prefixes))]

    def _start(self, place: int) -> "subprocess.Popen[bytes]":
        command = (*self._prefixes[place], *WORKER)
        return subprocess.Popen(command, cwd=self._folder, env=self._environment, stderr=self._log)

    def __len__(self) -> int:
        return len(self._prefixes)

    def kill(self, place: int) -> None:
        """Kill a worker outright, and start another in its place."""
        self._alive[place].kill()
        self._alive[place].wait()
        self._alive[place] = self._start(place)

    def end(self) -> None:
        """Ask all to end, and close what they wrote to."""
        for process in self._alive:
            process.terminate()
        for process in self._alive:
            process.wait(30)
        self._log.close()


@contextmanager
def _workers(folder: Path, environment: dict[str, str], prefixes: Sequence[tuple[str, ...]]) -> Iterator[_Workers]:
    workers = _Workers(folder, environment, prefixes)
    try:
        yield workers
    finally:
        workers.end()


def _wait_for(store: Store, count: int) -> None:
    """Wait until so many workers have said that they live."""
    deadline = time.monotonic() + 60
    while living_workers(store) < count and time.monotonic() < deadline:
        time.sleep(0.1)


def _assault(workers: _Workers, queue: Queue, server: Dovecot, names: list[str], plan: Plan) -> tuple[list[str], int]:
    """Deliver, ask for polls and kill, each at its time; give the Message-IDs delivered and the number of kills."""
    began = time.monotonic()
    due = {"mail": 0.0, "poll": 0.0, "kill": plan.kill_every}
    delivered: list[str] = []
    boxes, victims, kills = cycle(names), cycle(range(len(workers))), 0
    while (now := time.monotonic() - began) < plan.seconds:
        what = min(due, key=lambda name: due[name])
        if due[what] > now:
            time.sleep(min(due[what] - now, 0.05))
            continue
        if what == "mail":
            delivered.append(f"siege-{len(delivered)}@example.org")
            server.deliver(next(boxes), _mail(delivered[-1]))
        elif what == "poll":
            for name in names:
                queue.defer(poll_call(name))
        else:
            workers.kill(next(victims))
            kills += 1
        due[what] += {"mail": plan.mail_every, "poll": plan.poll_every, "kill": plan.kill_every}[what]
    return delivered, kills


def _settle(store: Store, queue: Queue, names: list[str], delivered: list[str], patience: float) -> None:
    """Ask for polls until everything that was delivered is held and no job is left, or patience ends."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if set(delivered) <= set(_held(store)) and not _hanging(store):
            return
        if set(delivered) - set(_held(store)):
            for name in names:
                queue.defer(poll_call(name))
        time.sleep(1)


def _outcome(store: Store, delivered: list[str], kills: int, settled_in: float) -> Outcome:
    held = Counter(_held(store))
    return Outcome(
        delivered=len(delivered),
        lost=len(set(delivered) - set(held)),
        doubled=sum(count - 1 for count in held.values()),
        stalled=_hanging(store),
        kills=kills,
        settled_in=settled_in,
    )


def _held(store: Store) -> list[str]:
    """Give the Message-ID of each place in which a mail is held: one a mail, if none was stored twice."""
    return [str(row["message_id"]) for row in export_rows(store) for _ in row["receipt"]["slots"]]


def _hanging(store: Store) -> int:
    """Count the polls that wait or are at work."""
    return sum(one.count for one in job_counts(store) if one.kind == "poll-1" and one.state in ("todo", "doing"))


def _mail(message_id: str) -> bytes:
    head = f"From: A <a@example.org>\r\nTo: team@example.org\r\nSubject: {message_id}\r\nMessage-ID: <{message_id}>\r\n"
    return f"{head}Date: Tue, 01 Mar 2011 09:00:00 +0000\r\n\r\nWe use the survey: {message_id}.\r\n".encode()


def _settings(names: list[str], mail: str, plan: Plan) -> str:
    workers = f"[workers]\nlost_after_seconds = {plan.lost_after}\n[reading]\nworkers = 1\n"
    return workers + "".join(f'[mailboxes.{name}]\n{mail}user = "{name}"\n' for name in names)
