"""Retag of stored messages: on SQLite, on PostgreSQL by one worker and by two, beside processes that only reckon.

20,000 messages by default, made of the labelled ones; `STATSHOP_BENCH_MESSAGES=1000000` in the environment for the long
form.
"""

import hashlib
import itertools
import multiprocessing
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks.databases import postgresql
from benchmarks.processes import Watch
from benchmarks.tagging import LABELLED, variations
from benchmarks.timing import STATSHOP
from classifiers.catalogue import PACKAGED
from pipeline.flow.ingest import record_of
from pipeline.flow.reading import MessageReader, Reading, ReadingContext
from pipeline.mail.message import Origin, RawMessage
from storage.engine import Store, open_store
from storage.messages import save_batch
from storage.records import NewMessage, Slot
from storage.upgrade import upgrade

HOUSE = Path(__file__).parents[1]
NOW = datetime(2011, 12, 31, tzinfo=UTC)
READ = 2000  # messages that are really read; the others are these again, with other bytes and names
BATCH = 200
SPIN_SECONDS = 4.0
KEY = "k" * 32


def main() -> None:
    """Print messages a second, quarter by quarter, and what the processes held."""
    count = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "20000"))
    records = _records()
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name, postgresql() as url:
        folder = Path(name)
        (folder / "config.toml").write_text('[workers]\nshare = 1.0\n[rules]\nfolder = "rules"\n')
        shutil.copytree(PACKAGED, folder / "rules")  # so that nobody changes them meanwhile
        sqlite = f"sqlite:///{folder}/store.db"
        upgrade(sqlite)
        for address in (sqlite, url):
            _fill(address, records, count)
        _measured("SQLite, in this process", sqlite, folder, ("retag",))
        alone = _reckoned(1)
        _by_workers("PostgreSQL, one worker", url, folder, 1)
        _by_workers("PostgreSQL, two workers", url, folder, 2)
        print(f"two processes that only reckon, against one: {_reckoned(2) / alone:.2f} times")


def _by_workers(words: str, url: str, folder: Path, processes: int) -> None:
    with _workers(url, folder, processes):
        _measured(words, url, folder, ("retag", "--anew"))


def _measured(words: str, url: str, folder: Path, command: tuple[str, ...]) -> None:
    with Watch(without="postgres") as watch:
        asked = {"cwd": folder, "env": _environment(url), "capture_output": True}
        done = subprocess.run([*STATSHOP, *command], **asked)
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    with open_store(url) as store:
        times, messages = _stretches(store)
    seconds = (times[-1] - times[0]).total_seconds()
    each = messages / len(times)
    rate = (messages - each) / seconds
    quarters = " ".join(f"{each * (len(part) - 1) / _span(part):.0f}" for part in _quarters(times))
    print(f"{words}: {rate:.0f} messages/s (by quarters {quarters}), {1000 * watch.cpu_seconds / messages:.2f} ms")
    print(f"   of the processor a message, at most {watch.peak:.0f} MB; {done.stdout.decode().splitlines()[-1]}")


def _stretches(store: Store) -> tuple[list[datetime], int]:
    """Give when the stretches of the latest work were done, and over how many messages it went."""
    with store.reading() as session:
        do = session.connection().execute
        rows = do(text("SELECT done_at FROM work_part WHERE work_id = (SELECT max(id) FROM work) ORDER BY done_at"))
        times = [at if isinstance(at, datetime) else datetime.fromisoformat(at) for at in rows.scalars()]
        total = do(text("SELECT total FROM work ORDER BY id DESC LIMIT 1")).scalar_one()
    return times, int(total)


def _quarters(times: list[datetime]) -> Iterator[list[datetime]]:
    step = max(2, len(times) // 4)
    for start in range(0, step * 4, step):
        yield times[start : start + step + 1]


def _span(times: list[datetime]) -> float:
    return max((times[-1] - times[0]) / timedelta(seconds=1), 0.001)


def _records() -> list[NewMessage]:
    reader = MessageReader(ReadingContext())
    mails = itertools.islice(variations(sorted(LABELLED.glob("*.eml"))), READ)
    made = []
    for number, content in enumerate(mails):
        raw = RawMessage(
            origin=Origin.ARCHIVE, account="archive", folder="bench", uidvalidity=0, uid=number + 1, raw=content
        )
        outcome = reader.read(raw, NOW)
        record = record_of(raw, outcome, NOW)
        if isinstance(outcome, Reading) and isinstance(record, NewMessage):
            made.append(record)
    return made


def _fill(url: str, records: list[NewMessage], count: int) -> None:
    numbers = itertools.islice(zip(itertools.count(1), itertools.cycle(records), strict=False), count)
    with open_store(url, erasure_key=KEY.encode() if url.startswith("postgres") else b"") as store:
        while batch := [_other(record, number) for number, record in itertools.islice(numbers, BATCH)]:
            save_batch(store, batch, None, now=NOW)


def _other(record: NewMessage, number: int) -> NewMessage:
    raw = record.raw + b"\r\nReference %d.\r\n" % number
    digest = hashlib.sha256(raw).hexdigest()
    slot = Slot(account="archive", folder="bench", uidvalidity=0, uid=number)
    return replace(
        record, raw=raw, raw_sha256=digest, mail_sha256=digest, copy_key=digest, message_id=digest, slot=slot
    )


@contextmanager
def _workers(url: str, folder: Path, processes: int) -> Iterator[None]:
    command = [*STATSHOP, "worker", "--processes", str(processes)]
    environment = _environment(url) | {"STATSHOP_READING__WORKERS": "1"}
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _environment(url: str) -> dict[str, str]:
    own = {"STATSHOP_STORAGE__URL": url, "STATSHOP_STORAGE__ERASURE_KEY": KEY, "PYTHONPATH": str(HOUSE)}
    return {name: value for name, value in os.environ.items() if not name.startswith("STATSHOP_")} | own


def _reckoned(processes: int) -> float:
    """Count how often all processes together get through a loop."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return float(sum(pool.map(_spin, [SPIN_SECONDS] * processes, chunksize=1)))


def _spin(seconds: float) -> int:
    rounds, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        sum(number * number for number in range(1000))
        rounds += 1
    return rounds
