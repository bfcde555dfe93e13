"""`statshop import`: file messages from .eml, mbox, Maildir, .msg and folders of them."""

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.commands import large
from pipeline.commands.job_functions import ARCHIVE
from pipeline.commands.opening import clock, house_of, mailboxes_of, settings_of, storage_url
from pipeline.commands.readers import steady_reader
from pipeline.commands.renaming import check_name
from pipeline.commands.starting import upgrade_when_new
from pipeline.commands.words import many, sentence_of
from pipeline.errors import NoSuchPath
from pipeline.flow.runs import recorded
from pipeline.jobs.calls import IMPORT
from pipeline.mail.archive import Survey, cut, doubts_told, survey, warnings_of, written
from pipeline.mail.errors import ArchiveError
from storage.records import RunCounts, RunOutcome
from storage.stretches import SIZE
from storage.works import Stretch


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="an archive, or a folder of archives")
    parser.add_argument(
        "--mailbox", metavar="NAME", help="file them as mail of this mailbox: by its rules, in its digests"
    )
    large.arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Import one path after the other; exit 1 when one of them could not be read. A second call goes on."""
    for path in args.paths:
        if not path.exists():
            raise NoSuchPath(path)
    settings = settings_of(args)
    box = mailboxes_of(settings, args.mailbox)[0] if args.mailbox else None
    account = box.account if box else ARCHIVE
    upgrade_when_new(storage_url(settings, house_of(args)))
    with large.at_work(args, steady_reader) as at:
        if box is not None:
            check_name(at.bench.store, box)
        results = [_imported(at, path, account) for path in args.paths if not at.bench.stop.is_set()]
    return 0 if all(results) else 1


def words_of(path: Path, counts: RunCounts) -> str:
    """Say what an import did."""
    did = f"{written(path)}: {many(counts.listed, 'message')}, stored {counts.stored:,}"
    did += f", duplicates {counts.duplicates:,}, set aside {counts.set_aside:,}"
    return did + (f", too large {counts.too_large:,}." if counts.too_large else ".")


def stretches_in(path: Path, found: Survey, account: str, doubts: Counter[Path]) -> Iterator[Stretch]:
    """Cut an archive into the stretches of a large work, each of which names the account it is filed under.

    `doubts` counts the lines of each mbox that may begin a message and were taken for text.
    """
    for number, part in enumerate(cut(path, found, SIZE)):
        doubts[part.files[0].path] += part.doubts
        yield Stretch(number=number, what=part.plain() | {"account": account}, messages=part.messages)


def basis_of(path: Path, found: Survey, account: str) -> str:
    """Name an archive as it is now: where it lies and whose mail it is, then its files and their sizes."""
    digest = hashlib.sha256()
    for file in found.files:
        size = file.path.stat().st_size if file.path.exists() else 0
        digest.update(f"{file.place} {size}\n".encode())
    return _where(path, account) + digest.hexdigest()[:12]


def _where(path: Path, account: str) -> str:
    return hashlib.sha256(f"{account}\n{written(path)}".encode()).hexdigest()[:12] + "-"


def _imported(at: large.At, path: Path, account: str) -> bool:
    whole, doubts = path.resolve(), Counter[Path]()
    try:
        found = survey(whole)  # before there is a run: a name that was mistyped is no failure of the deployment
        with recorded(at.bench.store, "import", ARCHIVE, clock) as run:
            basis, replaces = basis_of(whole, found, account), _where(whole, account)
            cut_up, name = (
                (lambda: stretches_in(whole, found, account, doubts)),
                f"importing {written(Path(path.name))}",
            )
            done = large.carry_out(at, IMPORT, basis, cut_up, name, replaces=replaces)
            run.counts = RunCounts(**done.counts)
            run.outcome = RunOutcome.STOPPED if done.stopped else RunOutcome.DONE
    except ArchiveError as error:
        print(sentence_of(error).words, file=sys.stderr)
        return False
    told = (words for box, many_doubts in doubts.items() for words in doubts_told(box, many_doubts))
    for warning in (*warnings_of(found), *told):
        print(warning, file=sys.stderr)
    print(words_of(path, run.counts) + large.left_over(done))
    return not done.stopped
