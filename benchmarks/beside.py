"""The review page while stored messages are retagged beside it on the same machine, and while nothing is.

On SQLite `statshop retag` goes on beside the page, on PostgreSQL a worker does it; both with `workers.share` 0.5. The
times are those of `benchmarks.page`: of the processor (of the page's process and of the connections of its own) and by
the clock. 20,000 messages by default (`STATSHOP_BENCH_MESSAGES`); `STATSHOP_BENCH_DATABASES` names one of the two.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import many
from benchmarks.page import Asker, asked, filters, made, others, postgresql, saved, signed_in, sqlite, tell
from benchmarks.processes import below
from benchmarks.retag import environment_of
from benchmarks.timing import STATSHOP
from classifiers.catalogue import PACKAGED, load_catalogue
from review.app import create_app
from storage.engine import Store, open_store
from storage.jobs import living_workers
from storage.works import works

LINES = (
    *("queue: pending", "state", "product, pending", "month", "rule, pending", "confidence below"),
    *("search", "search with a filter", "message", "the list, after a decision"),
)
AIMS = {"search": 300, "search with a filter": 300}


def main() -> None:
    """Print, for each database, how long each kind of answer takes, alone and beside a retag."""
    count = int(os.environ.get("STATSHOP_BENCH_MESSAGES", "20000"))
    wanted = os.environ.get("STATSHOP_BENCH_DATABASES", "sqlite postgresql").split()
    with tempfile.TemporaryDirectory(prefix="statshop-bench-") as name:
        folder = Path(name)
        (folder / "config.toml").write_text('[workers]\nshare = 0.5\n[rules]\nfolder = "rules"\n')
        shutil.copytree(PACKAGED, folder / "rules")
        for database in (one for one in (sqlite, postgresql) if one.__name__ in wanted):
            with database(folder, count) as (url, process), open_store(made(url, count)) as store:
                many.add_bytes(store, count)
                _compared(store, url, folder, process)


def _compared(store: Store, url: str, folder: Path, process: int | None) -> None:
    asker = signed_in(create_app(store, load_catalogue(None)), store, process)
    print(f"-- {'PostgreSQL' if process else 'SQLite'}, nothing beside; load {os.getloadavg()[0]:.1f}", flush=True)
    _measure(store, asker)
    own = below(process) if process else set[int]()
    with _retag(store, url, folder):
        asker.leave_out(below(process) - own if process else ())
        print(f"-- a retag beside; load {os.getloadavg()[0]:.1f}", flush=True)
        before = _done(store)
        _measure(store, asker)
        print(f"   {_done(store) - before} messages were retagged meanwhile; load {os.getloadavg()[0]:.1f}", flush=True)


def _measure(store: Store, asker: Asker) -> None:
    for line in (*filters(store, load_catalogue(None)), *others(store)):
        if line.name in LINES:
            tell(line.name, asked(asker, line), AIMS.get(line.name, 100))
    tell("save a decision", saved(asker), 100)


def _done(store: Store) -> int:
    """Count the messages that were retagged so far."""
    return sum(progress.messages for _, progress in works(store, 1000))


@contextmanager
def _retag(store: Store, url: str, folder: Path) -> Iterator[None]:
    """Let stored messages be retagged meanwhile, again and again: by the command itself, or by a worker."""
    again = ["sh", "-c", 'while "$@"; do :; done', "sh", *STATSHOP, "retag", "--anew"]
    commands = [again, *([[*STATSHOP, "worker", "--processes", "1"]] if store.on_postgresql else [])]
    quiet, own = subprocess.DEVNULL, environment_of(url)
    running = [
        subprocess.Popen(words, cwd=folder, env=own, stdout=quiet, stderr=quiet, start_new_session=True)
        for words in commands
    ]
    try:
        _wait_for_the_first(store, running)
        yield
        if any(process.poll() is not None for process in running):
            raise SystemExit("the retag failed")
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGTERM)
        for process in running:
            process.wait(60)


def _wait_for_the_first(store: Store, running: list["subprocess.Popen[bytes]"]) -> None:
    while not _done(store) or (store.on_postgresql and not living_workers(store)):
        if any(process.poll() is not None for process in running):
            raise SystemExit("the retag ended before it had begun")
        time.sleep(0.5)
