"""A long import as its user runs it: memory and time for each thousand messages stay as they are at the beginning.

10,000 messages by default; `STATSHOP_BENCH_MESSAGES=100000` in the environment for the long form, and
`STATSHOP_BENCH_STORAGE=postgresql` for a PostgreSQL of its own. Ctrl-C ends it early, with the figures of what came in.

Memory is what all processes of the command hold themselves, what they share counted once and the program's files left
out (other programs on the machine map them too). Time is the processor's: of the workers, who read; of the process that
hands out and keeps; on PostgreSQL of the server. Beside it a piece of work that never changes is timed
(`benchmarks/calibration.py`): growth is told as it is, and divided by the growth of that.
"""

import itertools
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from sqlalchemy import func, make_url, select

from benchmarks import calibration
from benchmarks.databases import postgresql
from benchmarks.ingest import HOUSE
from benchmarks.processes import below, cpu, cpu_with_ended, memory
from benchmarks.tagging import LABELLED, variations
from benchmarks.timing import STATSHOP
from storage import models as m
from storage.engine import Store, open_store
from storage.errors import StorageError

STEPS = 10
_EVERY = 1.0  # seconds between two looks
_COMPARED = 3  # windows at each end, the very first left out: there the workers start


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What was seen at one moment: messages held, megabytes, seconds of the processor of each part, and by the clock.

    `constant` is what the work that never changes took, in milliseconds.
    """

    messages: int
    memory: float
    reading: float
    saving: float
    database: float
    constant: float
    clock: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A tenth of the messages: memory while they came in, and seconds for a thousand of them."""

    messages: int
    memory: float
    reading: float
    saving: float
    database: float
    constant: float
    clock: float

    @property
    def processor(self) -> float:
        """Give the processor time of all parts together."""
        return self.reading + self.saving + self.database

    def __str__(self) -> str:
        """Give a line of the table."""
        parts = f"{self.reading:8.2f} {self.saving:7.2f} {self.database:9.2f} {self.processor:7.2f}"
        return f"{self.messages:9,} {self.memory:7.0f} {parts} {self.clock:7.2f} {self.constant:9.1f}"


def main() -> None:
    """Print memory and time for each tenth of the messages, and how the last three compare with the first."""
    most = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "10000"))
    with tempfile.TemporaryDirectory(prefix="statshop-soak-") as name, _database(Path(name)) as url:
        folder = Path(name)
        (folder / "config.toml").touch()
        _write_mbox(folder / "mail.mbox", most)
        looks = _looks(folder, url)
    if not looks:
        raise SystemExit("the import ended before there was anything to look at")
    windows = windows_of(looks, looks[-1].messages)
    print(" messages      MB  reading  saving  database     all   clock  constant")
    print("                   seconds for a thousand messages                  ms")
    for window in windows:
        print(window)
    settled = windows[1:]
    if len(settled) < 2 * _COMPARED:
        print("too few messages for a comparison")
        return
    print("\n".join(comparison(settled)))


def windows_of(looks: Sequence[Look], most: int) -> list[Window]:
    """Cut what was seen into tenths of the messages."""
    ends = [most * step // STEPS for step in range(STEPS + 1)]
    found = []
    for low, high in itertools.pairwise(ends):
        inside = [look for look in looks if low <= look.messages <= high]
        if len(inside) > 1 and inside[-1].messages > inside[0].messages:
            found.append(_window(high, inside))
    return found


def comparison(settled: Sequence[Window]) -> Iterator[str]:
    """Compare the last windows with the first, each part as it is and divided by what the constant work took."""
    first, last = settled[:_COMPARED], settled[-_COMPARED:]
    yield f"from the second tenth to the last: memory {_growth(first, last, 'memory'):+.1%}"
    slower = 1 + _growth(first, last, "constant")
    yield f"the constant work: {slower - 1:+.1%}"
    for part in ("reading", "saving", "database", "processor"):
        if first[0].processor and mean(getattr(window, part) for window in first):
            grown = _growth(first, last, part)
            yield f"{part} time {grown:+.1%}, divided by the constant work's {(1 + grown) / slower - 1:+.1%}"


def _growth(first: Sequence[Window], last: Sequence[Window], name: str) -> float:
    before, after = (mean(getattr(window, name) for window in some) for some in (first, last))
    return after / before - 1


def _window(messages: int, inside: Sequence[Look]) -> Window:
    first, last = inside[0], inside[-1]
    thousands = (last.messages - first.messages) / 1000
    return Window(
        messages=messages,
        memory=mean(look.memory for look in inside),
        reading=(last.reading - first.reading) / thousands,
        saving=(last.saving - first.saving) / thousands,
        database=(last.database - first.database) / thousands,
        constant=median(look.constant for look in inside),
        clock=(last.clock - first.clock) / thousands,
    )


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """Give the address of an empty database."""
    if os.environ.get("STATSHOP_BENCH_STORAGE", "") == "postgresql":
        with postgresql() as url:
            yield url
    else:
        yield f"sqlite:///{folder}/soak.db"


def _looks(folder: Path, url: str) -> list[Look]:
    """Import, looking on every second; ends with the command, which Ctrl-C asks to end."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("STATSHOP_")}
    environment = {**kept, "PYTHONPATH": str(HOUSE), "HOME": str(folder), "STATSHOP_STORAGE__URL": url}
    options = {"cwd": folder, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    looks = []
    with subprocess.Popen([*STATSHOP, "import", "mail.mbox", "--here"], **options) as it:
        signal.signal(signal.SIGINT, lambda *_: it.send_signal(signal.SIGTERM))
        server = _server(url)
        with _opened(url, it) as store:
            while it.poll() is None:
                looks.append(_look(store, it.pid, server))
                time.sleep(_EVERY)
    return looks[:-1]  # at the last the command may have been gone already


def _look(store: Store, command: int, server: int) -> Look:
    """Look once: the workers' time is that of all processes below the command, those that have ended counted in."""
    workers = below(command)
    own = cpu(command) or 0.0
    ended = cpu_with_ended(command) - own
    return Look(
        messages=_held(store),
        memory=sum(memory(pid, "Pss_Anon:") for pid in workers | {command}),
        reading=sum(map(cpu_with_ended, workers)) + ended,
        saving=own,
        database=sum(map(cpu_with_ended, below(server) | {server})) if server else 0.0,
        constant=calibration.milliseconds(),
        clock=time.monotonic(),
    )


def _held(store: Store) -> int:
    """Count the messages by their numbers, which have no gaps here: to count rows takes longer as they grow."""
    with store.reading() as session:
        return session.connection().execute(select(func.max(m.message.c.id))).scalar() or 0


def _server(url: str) -> int:
    """Give the number of PostgreSQL's first process; 0 for SQLite."""
    folder = make_url(url).query.get("host")
    return int((Path(str(folder)) / "postmaster.pid").read_text(encoding="utf-8").split()[0]) if folder else 0


def _opened(url: str, command: subprocess.Popen[bytes]) -> Store:
    """Open the database that the command makes, when it is there."""
    while command.poll() is None:
        try:
            return open_store(url)
        except StorageError:
            time.sleep(_EVERY)
    raise SystemExit("the import ended before it made its database")


def _write_mbox(file: Path, most: int) -> None:
    with file.open("wb") as mbox:
        for number, mail in enumerate(itertools.islice(_messages(), most)):
            mbox.write(b"From a@example.org Thu Mar 10 09:00:00 2011\n")
            mbox.write(mail.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From "))
            mbox.write(f"\n\nReference zq{number}x{number * 7919}y, kept by qv{number}w.\n\n".encode())


def _messages() -> Iterator[bytes]:
    """Give messages of all the labelled kinds for ever, with years, sizes and names exchanged."""
    rounds = (variations(sorted(LABELLED.glob("*.eml"))) for _ in itertools.count())
    return itertools.chain.from_iterable(rounds)
