"""Two workers against one, beside two processes that only reckon against one, in short turns one after the other.

Both workers live all the time; in the turns of one the other is stopped (SIGSTOP). What else the machine does so hits
the turns of both alike, and their start counts for neither. The rate of a turn is that of the stretches begun, without
the first few and without the end, when one has no more to do. A worker reads in one process and keeps in another: each
is held to a core of its own, so that one worker is not a core and a half, which two cannot double on two cores.
"""

import os
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url, text

from benchmarks.many import SEEDS
from benchmarks.processes import below, cpu, memory
from benchmarks.spinning import reckoned
from benchmarks.timing import STATSHOP
from pipeline.jobs.calls import RETAG, stretch_call
from pipeline.jobs.queue import Queue
from storage.engine import Store, open_store
from storage.stretches import SIZE

ROUNDS = int(os.environ.get("STATSHOP_BENCH_ROUNDS", "5"))
STRETCHES = 12  # of a turn, for each worker
SPIN_SECONDS = 1.5
PATIENCE = 600.0  # seconds, for a turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One turn: messages a second, and milliseconds of processors a message, of the workers and of the database."""

    rate: float
    cpu: float
    database: float


def needed(rounds: int = ROUNDS) -> int:
    """Give how many stored messages the turns need, in whole rounds of copies."""
    return -(-SIZE * STRETCHES * (2 + 3 * rounds) // SEEDS) * SEEDS


def in_turns(url: str, folder: Path, environment: dict[str, str]) -> None:
    """Print what two workers make against one, turn by turn, and the ratio to what two processes make that reckon."""
    work, left = _begun(url, folder, environment)
    with open_store(url) as store, Queue(url) as queue, _two_workers(folder, environment) as (one, other):
        field = _Field(store, queue, work, left, (one, other), _server(url))
        field.turn(2)  # they load the rules: not counted
        pairs = [_round(field, other) for _ in range(ROUNDS)]
        print(f"   they held {sum(map(memory, _tree(one) | _tree(other))):.0f} MB", flush=True)
    workers, spinning = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    print(f"two workers make {workers:.2f} times what one does, two processes that reckon {spinning:.2f} times:")
    print(f"{workers / spinning:.0%} of it (medians of {ROUNDS} rounds; 90% is wanted)", flush=True)


def _round(field: "_Field", other: int) -> tuple[float, float]:
    """Give what two make against one: of workers, and of processes that reckon."""
    with _stopped(other):
        alone = field.turn(1)
    both = field.turn(2)
    with _stopped(other):
        spun = reckoned(1, SPIN_SECONDS), reckoned(2, SPIN_SECONDS)
    print(
        f"   one worker {alone.rate:5.0f} messages/s ({alone.cpu:.2f} + {alone.database:.2f} ms of processors), two "
        f"{both.rate:5.0f} ({both.cpu:.2f} + {both.database:.2f} ms): {both.rate / alone.rate:.2f} times; "
        f"reckoning {spun[1] / spun[0]:.2f} times",
        flush=True,
    )
    return both.rate / alone.rate, spun[1] / spun[0]


class _Field:
    """A work whose stretches are handed out turn by turn."""

    def __init__(
        self, store: Store, queue: Queue, work: int, left: Iterator[int], workers: tuple[int, int], server: int
    ) -> None:
        self._store, self._queue, self._work, self._left = store, queue, work, left
        self._workers, self._server = workers, server
        self._seen: dict[int, float] = {}  # of the processor, by process: readers are replaced now and then

    def turn(self, workers: int) -> Turn:
        """Hand out some stretches for each worker, and wait until they are done."""
        numbers = [next(self._left) for _ in range(workers * STRETCHES)]
        before = self._cpu(), self._database()
        self._queue.hand_out(stretch_call(RETAG, self._work, number) for number in numbers)
        began = self._begun_at(numbers)
        messages = SIZE * len(numbers) / 1000
        skipped = 2 * workers  # as many as are taken at once
        seconds = (began[-1] - began[skipped]).total_seconds()
        return Turn(
            rate=SIZE * (len(began) - 1 - skipped) / seconds,
            cpu=(self._cpu() - before[0]) / messages,
            database=(self._database() - before[1]) / messages,
        )

    def _begun_at(self, numbers: list[int]) -> list[datetime]:
        """Wait until all are done, and give when each was begun, ascending."""
        deadline = time.monotonic() + PATIENCE
        asked = text("SELECT done_at FROM work_part WHERE work_id = :work AND number BETWEEN :first AND :last")
        here = {"work": self._work, "first": numbers[0], "last": numbers[-1]}
        while time.monotonic() < deadline:
            with self._store.reading() as session:
                found = session.connection().execute(asked, here).scalars().all()
            self._cpu()
            if None not in found:
                return sorted(found)
            time.sleep(0.2)
        raise SystemExit("the workers did not end a turn")

    def _cpu(self) -> float:
        pids = {pid for worker in self._workers for pid in _tree(worker)}
        self._seen |= {pid: seconds for pid in pids if (seconds := cpu(pid)) is not None}
        return sum(self._seen.values())

    def _database(self) -> float:
        """Give the seconds of the processor of the database's processes, those that have ended among them."""
        fields = Path(f"/proc/{self._server}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ended = sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")
        return ended + sum(cpu(pid) or 0.0 for pid in _tree(self._server))


def _begun(url: str, folder: Path, environment: dict[str, str]) -> tuple[int, Iterator[int]]:
    """Begin a retag and take its stretches out of the queue again; give the work and the numbers of its stretches."""
    command, quiet = [*STATSHOP, "retag", "--anew"], subprocess.DEVNULL
    with (
        open_store(url) as store,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=quiet, stderr=quiet) as it,
    ):
        work = 0
        while not work:
            if it.poll() is not None:
                raise SystemExit("statshop retag ended and left nothing to do")
            time.sleep(0.5)
            with store.reading() as session:
                work = int(session.connection().execute(text("SELECT max(work_id) FROM work_part")).scalar() or 0)
        it.terminate()
        it.wait()
        with store.writing() as session:
            do = session.connection().execute
            do(text("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND queue_name LIKE 'retag%'"))
            numbers = do(text("SELECT number FROM work_part WHERE work_id = :work ORDER BY number"), {"work": work})
            return work, iter(numbers.scalars().all())


@contextmanager
def _two_workers(folder: Path, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    own = environment | {"STATSHOP_READING__WORKERS": "1", "STATSHOP_WORKERS__LOST_AFTER_SECONDS": "3600"}
    command = [*STATSHOP, "worker", "--processes", "1"]
    cores = sorted(os.sched_getaffinity(0))
    made = [
        subprocess.Popen(
            ["taskset", "-c", str(cores[place % len(cores)]), *command],
            cwd=folder,
            env=own,
            stderr=subprocess.DEVNULL,
        )
        for place in range(2)
    ]
    try:
        yield made[0].pid, made[1].pid
    finally:
        for process in made:
            process.terminate()
        for process in made:
            process.wait(60)


@contextmanager
def _stopped(worker: int) -> Iterator[None]:
    """Let a worker and all its processes stand still."""
    pids = _tree(worker)
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _tree(pid: int) -> set[int]:
    return below(pid) | {pid}


def _server(url: str) -> int:
    """Give the number of PostgreSQL's first process."""
    folder = Path(str(make_url(url).query["host"]))
    return int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])
