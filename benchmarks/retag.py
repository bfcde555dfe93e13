"""Retag of stored messages: on SQLite, and on PostgreSQL by two workers in turns with one (`benchmarks.turns`).

10,000 stored messages by default, made of 500 real ones, half of them ordinary; `STATSHOP_BENCH_MESSAGES=1000000` in
the environment for more. In this process it is asked to end after half a minute (`STATSHOP_BENCH_SECONDS`): the rate
counts, and whether it stays. The rules have another version than those of the stored verdicts, as after a change.
Workers have 20,500 messages to do; `STATSHOP_BENCH_ROUNDS` sets another number of rounds than five.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy import text

from benchmarks import many
from benchmarks.databases import postgresql
from benchmarks.ingest import ARCHIVE, crlf
from benchmarks.processes import Watch
from benchmarks.tagging import LABELLED, variations
from benchmarks.timing import STATSHOP
from benchmarks.turns import in_turns, needed
from classifiers.catalogue import PACKAGED
from storage.engine import Store, open_store
from storage.upgrade import upgrade

HOUSE = Path(__file__).parents[1]
ORDINARY_EVERY = 20  # of 5,000: from all over the archive
SECONDS = float(os.environ.get("STATSHOP_BENCH_SECONDS", "30"))
KEY = "k" * 32
FEWEST = 8  # stretches that say anything of the rate


def main() -> None:
    """Print messages a second, quarter by quarter, and what the processes held."""
    count = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "10000"))
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name, postgresql() as url:
        folder = Path(name)
        (folder / "config.toml").write_text('[workers]\nshare = 1.0\n[rules]\nfolder = "rules"\n')
        rules = shutil.copytree(PACKAGED, folder / "rules")
        with (rules / "products.toml").open("a") as file:
            file.write("# another version\n")
        sqlite = f"sqlite:///{folder}/store.db"
        upgrade(sqlite)
        _fill(sqlite, count)
        _measured("SQLite, in this process", sqlite, folder, ("retag",))
        _fill(url, needed())
        print("PostgreSQL, one worker and two in turns:", flush=True)
        in_turns(url, folder, environment_of(url))


def _measured(words: str, url: str, folder: Path, command: tuple[str, ...]) -> None:
    with Watch(without="postgres") as watch:
        said = _stopped_after([*STATSHOP, *command], folder, url, SECONDS)
    with open_store(url) as store:
        times, messages = _stretches(store)
    if len(times) <= FEWEST:
        print(f"{words}: too little was done in {SECONDS:.0f} s to say anything")
        return
    seconds = (times[-1] - times[0]).total_seconds()
    each = messages / len(times)
    rate = (messages - each) / seconds
    quarters = " ".join(f"{each * (len(part) - 1) / _span(part):.0f}" for part in _quarters(times))
    print(f"{words}: {rate:.0f} messages/s (by quarters {quarters}), {1000 * watch.cpu_seconds / messages:.2f} ms")
    print(f"   of the processor a message, start included, at most {watch.peak:.0f} MB; {said}", flush=True)


def _stopped_after(command: list[str], folder: Path, url: str, seconds: float) -> str:
    """Run a command, ask it to end after some time, and give what it said."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=folder, env=environment_of(url), **pipes)
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


def environment_of(url: str) -> dict[str, str]:
    own = {"STATSHOP_STORAGE__URL": url, "STATSHOP_STORAGE__ERASURE_KEY": KEY, "PYTHONPATH": str(HOUSE)}
    return {name: value for name, value in os.environ.items() if not name.startswith("STATSHOP_")} | own
