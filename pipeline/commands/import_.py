"""`statshop import`: file messages from .eml, mbox, Maildir, .msg and folders of them."""

import argparse
import sys
import threading
from pathlib import Path

from pipeline.commands.logs import set_up_logs
from pipeline.commands.opening import clock, house_of, opened, settings_of, storage_url
from pipeline.commands.poll import stop_on_signals, upgrade_when_new
from pipeline.commands.progress import ProgressBar
from pipeline.commands.readers import steady_reader
from pipeline.commands.words import sentence_of
from pipeline.errors import NoSuchPath
from pipeline.flow.importing import Import
from pipeline.flow.reader import Reader
from pipeline.flow.runs import recorded
from pipeline.mail.archive import count_messages, open_archive
from pipeline.mail.errors import ArchiveError
from storage.engine import Store
from storage.records import RunCounts, RunOutcome

ACCOUNT = "archive"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="an archive, or a folder of archives")


def run(args: argparse.Namespace) -> int:
    """Import one path after the other; exit 1 when one of them could not be read. A second call goes on."""
    settings = settings_of(args)
    set_up_logs(settings.log)
    for path in args.paths:
        if not path.exists():
            raise NoSuchPath(path)
    house = house_of(args)
    url = storage_url(settings, house)
    upgrade_when_new(url)
    stop = stop_on_signals()
    with (
        opened(settings, house) as store,
        steady_reader(settings, house) as reader,
    ):
        results = [_imported(store, reader, path, stop) for path in args.paths if not stop.is_set()]
    return 0 if all(results) else 1


def words_of(path: Path, counts: RunCounts, *, stopped: bool) -> str:
    """Say what an import did."""
    did = f"{path}: {counts.listed} messages, stored {counts.stored}, held already {counts.duplicates}"
    did += f", set aside {counts.set_aside}."
    return did + (" Stopped when asked to; the same command goes on." if stopped else "")


def _imported(store: Store, reader: Reader, path: Path, stop: threading.Event) -> bool:
    work = Import(store, reader, clock, stop)
    try:
        with recorded(store, "import", ACCOUNT, clock) as run, ProgressBar() as bar:
            archive = open_archive(path.resolve(), account=ACCOUNT)
            total = count_messages(path)
            try:
                work.run(archive, lambda seen: bar.show(f"importing {path.name}", seen, max(total, seen)))
            finally:
                run.counts = work.counts
                run.outcome = RunOutcome.STOPPED if stop.is_set() else RunOutcome.DONE
    except ArchiveError as error:
        print(sentence_of(error).words, file=sys.stderr)
        return False
    for warning in archive.warnings:
        print(warning, file=sys.stderr)
    if archive.ignored:
        print(f"{path}: {archive.ignored} files are no messages and were left out.", file=sys.stderr)
    print(words_of(path, work.counts, stopped=stop.is_set()))
    return True
