"""Retag of stored messages: on SQLite, on PostgreSQL by one worker and by two, beside processes that only reckon.

20,000 stored messages by default, made of 500 real ones; `STATSHOP_BENCH_MESSAGES=1000000` in the environment for more.
In this process it is asked to end after a minute (`STATSHOP_BENCH_SECONDS`): the rate counts, and whether it stays.
Workers do 4,000 of the messages (`STATSHOP_BENCH_BY_WORKERS`), their start included.
"""

import multiprocessing
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy import make_url, text

from benchmarks import many
from benchmarks.databases import postgresql
from benchmarks.ingest import ARCHIVE, crlf
from benchmarks.processes import Watch
from benchmarks.tagging import LABELLED, variations
from benchmarks.timing import STATSHOP
from classifiers.catalogue import PACKAGED
from storage.engine import Store, open_store
from storage.jobs import job_counts
from storage.stretches import SIZE
from storage.upgrade import upgrade

HOUSE = Path(__file__).parents[1]
SPIN_SECONDS = 4.0
ORDINARY_EVERY = 20  # of 5,000: from all over the archive
SECONDS = float(os.environ.get("STATSHOP_BENCH_SECONDS", "60"))
KEY = "k" * 32


def main() -> None:
    """Print messages a second, quarter by quarter, and what the processes held."""
    count = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "20000"))
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name, postgresql() as url:
        folder = Path(name)
        (folder / "config.toml").write_text('[workers]\nshare = 1.0\n[rules]\nfolder = "rules"\n')
        shutil.copytree(PACKAGED, folder / "rules")  # so that nobody changes them meanwhile
        sqlite = f"sqlite:///{folder}/store.db"
        upgrade(sqlite)
        for address in (sqlite, url):
            _fill(address, count)
        _measured("SQLite, in this process", sqlite, folder, ("retag",))
        alone = _reckoned(1)
        most = min(count, int(os.environ.get("STATSHOP_BENCH_BY_WORKERS", "4000")))
        _by_workers("PostgreSQL, one worker", url, folder, 1, most)
        _by_workers("PostgreSQL, two workers", url, folder, 2, most)
        print(f"two processes that only reckon, against one: {_reckoned(2) / alone:.2f} times")


def _by_workers(words: str, url: str, folder: Path, processes: int, most: int) -> None:
    """Hand a retag out, let workers do so many messages of it, and print what that took."""
    stretches = _handed_out(url, folder, most // SIZE)
    database = _database_cpu(url)
    with Watch(without="postgres") as watch:
        began = time.monotonic()
        workers = [_worker(url, folder) for _ in range(processes)]
        for process in workers:
            process.wait()
        seconds = time.monotonic() - began
    if any(process.returncode for process in workers) or _waiting(url):
        raise SystemExit("the workers ended before the work did")
    messages = stretches * SIZE
    each, kept = 1000 * watch.cpu_seconds / messages, 1000 * (_database_cpu(url) - database) / messages
    print(f"{words}: {messages / seconds:.0f} messages/s from start to end, {each:.2f} ms of the processor a message")
    print(f"   and {kept:.2f} ms of the database's; the workers held {watch.peak:.0f} MB at most", flush=True)


def _handed_out(url: str, folder: Path, most: int) -> int:
    """Begin a retag anew and leave so many of its stretches in the queue; give how many."""
    command, quiet = [*STATSHOP, "retag", "--anew"], subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, env=_environment(url), stdout=quiet, stderr=quiet) as asked:
        before, count = -1, 0
        while count == 0 or count != before:
            time.sleep(2)
            before, count = count, _waiting(url)
            if count == 0 and asked.poll() is not None:
                raise SystemExit("statshop retag ended and left nothing to do")
        asked.terminate()
    with open_store(url) as store, store.writing() as session:
        do = session.connection().execute
        do(text("DELETE FROM procrastinate_jobs WHERE (args->>'stretch')::int > :most"), {"most": most})
    return _waiting(url)


def _waiting(url: str) -> int:
    with open_store(url) as store:
        return sum(one.count for one in job_counts(store) if one.kind == "retag-1" and one.state == "todo")


def _worker(url: str, folder: Path) -> "subprocess.Popen[bytes]":
    environment = _environment(url) | {"STATSHOP_READING__WORKERS": "1"}
    command = [*STATSHOP, "worker", "--processes", "1", "--once"]
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)


def _database_cpu(url: str) -> float:
    """Give the seconds of the processor that the database's processes have had, as far as they have ended."""
    folder = Path(str(make_url(url).query["host"]))
    server = (folder / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    fields = Path(f"/proc/{server}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _measured(words: str, url: str, folder: Path, command: tuple[str, ...]) -> None:
    with Watch(without="postgres") as watch:
        said = _stopped_after([*STATSHOP, *command], folder, url, SECONDS)
    with open_store(url) as store:
        times, messages = _stretches(store)
    if len(times) < 2:
        print(f"{words}: too little was done in {SECONDS:.0f} s to say anything")
        return
    seconds = (times[-1] - times[0]).total_seconds()
    each = messages / len(times)
    rate = (messages - each) / seconds
    quarters = " ".join(f"{each * (len(part) - 1) / _span(part):.0f}" for part in _quarters(times))
    print(f"{words}: {rate:.0f} messages/s (by quarters {quarters}), {1000 * watch.cpu_seconds / messages:.2f} ms")
    print(f"   of the processor a message, at most {watch.peak:.0f} MB; {said}", flush=True)


def _stopped_after(command: list[str], folder: Path, url: str, seconds: float) -> str:
    """Run a command, ask it to end after some time, and give what it said."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=folder, env=_environment(url), **pipes)
    try:
        said, wrong = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        said, wrong = process.communicate()
    if process.returncode:
        raise SystemExit(wrong.decode())
    return str(said.decode().splitlines()[-1])


def _stretches(store: Store) -> tuple[list[datetime], int]:
    """Give when the stretches of the latest work were done that are, and how many messages they hold."""
    with store.reading() as session:
        do = session.connection().execute
        here = "FROM work_part WHERE work_id = (SELECT max(id) FROM work) AND done_at IS NOT NULL"
        rows = do(text(f"SELECT done_at {here} ORDER BY done_at"))
        times = [at if isinstance(at, datetime) else datetime.fromisoformat(at) for at in rows.scalars()]
        total = do(text(f"SELECT sum(messages) {here}")).scalar_one()
    return times, int(total or 0)


def _quarters(times: list[datetime]) -> Iterator[list[datetime]]:
    step = max(1, (len(times) - 1) // 4)
    for start in range(0, len(times) - step, step):
        yield times[start : start + step + 1]


def _span(times: list[datetime]) -> float:
    return max((times[-1] - times[0]) / timedelta(seconds=1), 0.001)


def _fill(url: str, count: int) -> None:
    """Store messages, and give each copy the bytes of the real one that it was made of."""
    with open_store(url, erasure_key=KEY.encode() if url.startswith("postgres") else b"") as store:
        many.fill(store, count, half_and_half(), searched=False)
        many.add_bytes(store, count)


def half_and_half() -> Iterator[bytes]:
    """Give relevant messages, every other one an ordinary one where those lie beside the checkout."""
    relevant = variations(sorted(LABELLED.glob("*.eml")))
    if not ARCHIVE.is_file():
        return relevant
    with tarfile.open(ARCHIVE) as archive:
        files = [member for member in archive if member.isfile()][::ORDINARY_EVERY]
        ordinary = [crlf(archive.extractfile(member).read()) for member in files]
    return chain.from_iterable(zip(ordinary, map(crlf, relevant), strict=False))


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
