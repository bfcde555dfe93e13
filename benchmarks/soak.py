"""A long import as its user runs it: memory and time for each thousand messages stay as they are at the beginning.

10,000 messages by default; `STATSHOP_BENCH_MESSAGES=100000` in the environment for the long form, and
`STATSHOP_BENCH_STORAGE=postgresql+psycopg://…` for an empty database on PostgreSQL. Ctrl-C ends it early, with the
figures of what came in. Memory is what all processes of the command hold themselves, what they share counted once and
the program's files left out (other programs on the machine map them too); time is the processor's, which other programs
disturb less than the clock.
"""

import itertools
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from benchmarks.ingest import HOUSE
from benchmarks.processes import below, cpu, memory
from benchmarks.tagging import LABELLED, variations
from benchmarks.timing import STATSHOP
from storage.engine import Store, open_store
from storage.errors import StorageError
from storage.runs import status_counts

STEPS = 10
_EVERY = 1.0  # seconds between two looks


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What was seen at one moment: messages held, megabytes, seconds of the processor, seconds by the clock."""

    messages: int
    memory: float
    processor: float
    clock: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A tenth of the messages: memory while they came in, and seconds for a thousand of them."""

    messages: int
    memory: float
    processor: float
    clock: float


def main() -> None:
    """Print memory and time for each tenth of the messages, and how the last three compare with the first."""
    most = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "10000"))
    with tempfile.TemporaryDirectory(prefix="statshop-soak-") as name:
        folder = Path(name)
        url = os.environ.get("STATSHOP_BENCH_STORAGE", f"sqlite:///{folder}/soak.db")
        (folder / "config.toml").touch()
        _write_mbox(folder / "mail.mbox", most)
        looks = _looks(folder, url)
    if not looks:
        raise SystemExit("the import ended before there was anything to look at")
    windows = windows_of(looks, looks[-1].messages)
    for window in windows:
        print(
            f"to {window.messages:7,} messages: {window.memory:5.0f} MB; a thousand take {window.processor:5.2f} s of "
            f"processor time, {window.clock:5.2f} s by the clock"
        )
    settled = windows[1:]  # in the first tenth the workers start
    if len(settled) < 6:
        print("too few messages for a comparison")
        return
    print(f"from the second tenth to the last: memory {_change(settled, 'memory')}", end=", ")
    print(f"processor time {_change(settled, 'processor')}")


def windows_of(looks: Sequence[Look], most: int) -> list[Window]:
    """Cut what was seen into tenths of the messages."""
    ends = [most * step // STEPS for step in range(STEPS + 1)]
    found = []
    for low, high in itertools.pairwise(ends):
        inside = [look for look in looks if low <= look.messages <= high]
        if len(inside) > 1 and inside[-1].messages > inside[0].messages:
            thousands = (inside[-1].messages - inside[0].messages) / 1000
            found.append(
                Window(
                    messages=high,
                    memory=mean(look.memory for look in inside),
                    processor=(inside[-1].processor - inside[0].processor) / thousands,
                    clock=(inside[-1].clock - inside[0].clock) / thousands,
                )
            )
    return found


def _change(windows: Sequence[Window], name: str) -> str:
    """Compare the last three windows with the first three."""
    first, last = (mean(getattr(window, name) for window in some) for some in (windows[:3], windows[-3:]))
    return f"{(last / first - 1) * 100:+.1f} %"


def _looks(folder: Path, url: str) -> list[Look]:
    """Import, looking on every second; ends with the command, which Ctrl-C asks to end."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("STATSHOP_")}
    environment = {**kept, "PYTHONPATH": str(HOUSE), "HOME": str(folder), "STATSHOP_STORAGE__URL": url}
    options = {"cwd": folder, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    spent: dict[int, float] = {}
    looks = []
    with subprocess.Popen([*STATSHOP, "import", "mail.mbox"], **options) as it:
        signal.signal(signal.SIGINT, lambda *_: it.send_signal(signal.SIGTERM))
        store = _opened(url, it)
        while it.poll() is None:
            looks.append(_look(store, spent))
            time.sleep(_EVERY)
        store.close()
    return looks


def _look(store: Store, spent: dict[int, float]) -> Look:
    """Look once; `spent` holds the processor time of every process seen so far."""
    seen = below(os.getpid())
    spent |= {pid: seconds for pid in seen if (seconds := cpu(pid)) is not None}
    return Look(
        messages=status_counts(store).messages,
        memory=sum(memory(pid, "Pss_Anon:") for pid in seen),
        processor=sum(spent.values()),
        clock=time.monotonic(),
    )


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
