"""What each kind of job does: the same function in the schedule's process on SQLite and in a worker on PostgreSQL.

Each may be done twice, or broken off anywhere and done again: what it keeps is kept once.
"""

import logging
import socket
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from classifiers.errors import RulesUnreadable
from pipeline.commands.counting import count_mailbox
from pipeline.commands.opening import accounts_left, clock, mailboxes_of
from pipeline.commands.polling import is_held_back, poll_mailbox
from pipeline.commands.readers import basis_of_reading, reading_basis, steady_reader
from pipeline.commands.retention import moments, take
from pipeline.commands.shelf import ReaderShelf
from pipeline.config import Settings
from pipeline.errors import ArchiveUnseen, MonthNotRead, OtherRules
from pipeline.flow.filing import file_batch
from pipeline.flow.importing import import_stretch
from pipeline.flow.plan import Batch, TooLarge
from pipeline.flow.reader import Reader
from pipeline.flow.rebuilding import rebuild_stretch
from pipeline.flow.retagging import retag_stretch
from pipeline.jobs.calls import (
    DIGEST,
    IMPORT,
    INGEST,
    LARGE,
    POLL,
    REBUILD,
    RECONCILE,
    RETAG,
    RETENTION,
    VERIFY,
    JobCall,
)
from pipeline.jobs.here import gently
from pipeline.mail.archive import is_unseen, part_of
from pipeline.mail.imap import ImapMailbox
from pipeline.mail.mailbox import FolderStatus, MailboxSettings
from pipeline.masking import without_addresses
from storage.engine import Store
from storage.messages import known_slots
from storage.records import FolderState
from storage.stretches import check_bytes
from storage.works import stretch_of, work_of

ARCHIVE = "archive"  # the account of what was imported

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """What jobs work with. `hand_out` takes jobs that others may do; None where there are no others."""

    store: Store
    settings: Settings
    house: Path
    readers: ReaderShelf
    stop: threading.Event
    hand_out: Callable[[Sequence[JobCall]], None] | None = None


def poll(bench: Bench, mailbox: str, anyway: bool) -> None:
    """Poll a mailbox, unless it refused the sign-in a short while ago; `anyway` even then."""
    box = _box(bench, mailbox)
    if not anyway and is_held_back(bench.store, box.name):
        log.info("poll %s: not tried, since the server refused the sign-in a short while ago", box.name)
        return
    hand_out = bench.hand_out

    def handed_out(status: FolderStatus, batches: Sequence[Batch]) -> None:
        if hand_out is not None:
            hand_out([ingest_call(box, status, batch) for batch in batches])

    with bench.readers.lent() as reader:
        polled = poll_mailbox(
            bench.store,
            reader,
            box,
            tries=bench.settings.reading.tries,
            stop=bench.stop,
            told=lambda progress: None,
            accept_shrunken_folder=bench.settings.mailboxes[box.name].accept_shrunken_folder,
            hand_out=None if hand_out is None else handed_out,
        )
    for warning in polled.warnings:
        log.warning("poll %s: %s", box.name, without_addresses(warning))


def _box(bench: Bench, name: str) -> MailboxSettings:
    """Give a mailbox by its name; by a former one where a job was handed out before it was renamed."""
    tables = bench.settings.mailboxes
    renamed = (new for new, table in tables.items() if name in (table.formerly or ()))
    return mailboxes_of(bench.settings, name if name in tables else next(renamed, name))[0]


def ingest_call(box: MailboxSettings, status: FolderStatus, batch: Batch) -> JobCall:
    """Ask for a batch of a folder to be filed."""
    first = min([*batch.uids, *(large.uid for large in batch.too_large)])
    return JobCall(
        kind=INGEST,
        arguments={
            "mailbox": box.name,
            "folder": status.folder,
            "uidvalidity": status.uidvalidity,
            "uids": list(batch.uids),
            "too_large": [[large.uid, large.size] for large in batch.too_large],
        },
        lock=f"ingest {box.account} {status.folder} {status.uidvalidity} {first}",
        about=box.name,
    )


def ingest(
    bench: Bench, mailbox: str, folder: str, uidvalidity: int, uids: list[int], too_large: list[list[int]]
) -> None:
    """File a batch of a folder without moving its cursor: the next poll finds it stored."""
    box = _box(bench, mailbox)
    held = known_slots(bench.store, box.account, folder, uidvalidity, [*uids, *(uid for uid, _ in too_large)])
    batch = Batch(
        uids=tuple(uid for uid in uids if uid not in held),
        too_large=tuple(TooLarge(uid=uid, size=size) for uid, size in too_large if uid not in held),
        cursor=FolderState(account=box.account, folder=folder, uidvalidity=uidvalidity, last_uid=0),
    )
    if not batch.uids and not batch.too_large:
        return
    with ImapMailbox(box) as opened, bench.readers.lent() as reader:
        status = opened.examine(folder)
        if status.uidvalidity != uidvalidity:  # numbered anew: the next poll lists it anew
            return
        tries = bench.settings.reading.tries
        did = file_batch(bench.store, reader, opened, status, batch, now=clock(), max_tries=tries)
    log.info("ingest %s: fetched %d, stored %d", mailbox, did["fetched"], did["stored"])


def reconcile(bench: Bench, mailbox: str) -> None:
    """Compare a mailbox with what is held of it."""
    box = _box(bench, mailbox)
    with bench.readers.lent() as reader:
        count_mailbox(bench.store, reader, box, tries=bench.settings.reading.tries, stop=bench.stop)


def digest(bench: Bench) -> None:
    """Make the digests that are due; one that has to wait for a poll is asked for again by the schedule."""
    from pipeline.commands.digesting import make_due_digests  # it brings pandas and the renderers along

    try:
        make_due_digests(bench.store, bench.settings, bench.house, now=clock())
    except MonthNotRead as error:
        log.warning("digest: %s", error)


def retention(bench: Bench) -> None:
    """Take away what was kept long enough."""
    now = clock()
    take(bench.store, moments(bench.settings, now), now=now)


def retag(bench: Bench, work: int, stretch: int) -> None:
    """Run today's rules over a stretch of stored messages."""
    _read_again(bench, work, stretch, retag_stretch)


def rebuild(bench: Bench, work: int, stretch: int) -> None:
    """Make a stretch of stored messages again."""
    _read_again(bench, work, stretch, rebuild_stretch)


def _read_again(bench: Bench, work: int, stretch: int, keep: Callable[..., object]) -> None:
    _same_rules(bench, work)
    with bench.readers.lent() as reader:
        _todays_rules(reader)
        left = accounts_left(bench.store, bench.settings)
        keep(bench.store, reader, work, stretch, clock(), left=left.keys())


def import_part(bench: Bench, work: int, stretch: int) -> None:
    """File a part of an archive. A worker that does not see it leaves it to one that does."""
    found = stretch_of(bench.store, work, stretch)
    if found is not None and bench.hand_out is not None and is_unseen(part_of(found.what)):
        raise ArchiveUnseen(socket.gethostname())
    with bench.readers.lent() as reader:
        import_stretch(bench.store, reader, work, stretch, clock(), account=ARCHIVE)


def verify(bench: Bench, work: int, stretch: int) -> None:
    """Compare a stretch of stored bytes with their digests."""
    found = stretch_of(bench.store, work, stretch)
    if found is not None:
        check_bytes(bench.store, work, found, now=clock())


def _same_rules(bench: Bench, work: int) -> None:
    """Raise where this machine has other rules than the one that began a work: it would not be one work any more."""
    if basis_of_reading(work_of(bench.store, work).basis) != reading_basis(bench.settings, bench.house):
        raise OtherRules


def _todays_rules(reader: Reader) -> None:
    """Raise where earlier rules are used since today's have mistakes: mail that comes must not wait, this can."""
    if reader.behind:
        raise RulesUnreadable(reader.behind)


FUNCTIONS: Mapping[str, Callable[..., None]] = {
    POLL.queue: poll,
    INGEST.queue: ingest,
    RECONCILE.queue: reconcile,
    DIGEST.queue: digest,
    RETENTION.queue: retention,
    RETAG.queue: retag,
    REBUILD.queue: rebuild,
    IMPORT.queue: import_part,
    VERIFY.queue: verify,
}


def do_job(bench: Bench, call: JobCall) -> None:
    """Do a job in this process."""
    FUNCTIONS[call.kind.queue](bench, **call.arguments)


def workers_functions(bench: Bench, left: Collection[str]) -> Mapping[str, Callable[..., None]]:
    """Give what a worker does, by queue, but for the queues that it leaves to others; large works gently."""
    functions = {name: partial(do, bench) for name, do in FUNCTIONS.items() if name not in left}
    large = functions.keys() & {kind.queue for kind in LARGE.values()}
    share = bench.settings.workers.share
    return functions | {name: partial(gently, functions[name], share, bench.stop) for name in large}


def reader_shelf(settings: Settings, house: Path) -> ReaderShelf:
    """Give the shelf of readers for mail that must not wait."""
    return ReaderShelf(lambda: steady_reader(settings, house), lambda: reading_basis(settings, house))
