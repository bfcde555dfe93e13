"""A folder compared with what is held of it, without the cursor: what the polls missed is fetched, and all is counted.

The comparison is pure; the doing asks the server for every UID (UID SEARCH ALL), compares, fetches what is missing and
asks once more for what the server withheld, compares again and writes the count into the ledger. It deletes nothing and
takes no message that waits for a poll.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.flow.filing import file_batch
from pipeline.flow.folders import Folders
from pipeline.flow.plan import Beginning, Reading, limits_of, plan_fetch
from pipeline.flow.poll import Parts
from pipeline.mail.batches import uid_sets
from pipeline.mail.mailbox import FolderStatus, Mailbox, MailboxSettings
from storage.ledger import (
    LedgerCounts,
    LedgerRow,
    LedgerUids,
    held_outcomes,
    london_day,
    save_count,
    unread_uids,
    was_numbered_otherwise,
)
from storage.messages import folder_state
from storage.records import RunCounts, Saved

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Each UID of a folder in one class: what lies on the server by what is held of it, then what lies there no more.

    `withheld` are those of `held` that the server did not hand over when it was asked.
    `unseen` are numbers that the server has given out and no listing ever showed: mail that came and went between two
    polls, or numbers never used.
    """

    held: tuple[tuple[int, Saved], ...] = ()
    withheld: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    unseen: tuple[int, ...] = ()

    @property
    def on_server(self) -> int:
        """Count what lies on the server."""
        return len(self.held) + len(self.left_out) + len(self.waiting) + len(self.missing)


def compare(
    on_server: Iterable[int],
    held: Mapping[int, Saved],
    *,
    cursor: int,
    uidnext: int = 0,
    too_old: Collection[int] = (),
    unread: Collection[int] = (),
    watched_from_1: bool = False,
) -> Comparison:
    """Compare the UIDs that a server lists with those that are held.

    `cursor` is the last UID that the polls have passed; `too_old` are the UIDs that arrived before the setting `since`;
    `unread` those whose bytes were never had. `uidnext` 0 means not known. `watched_from_1` says that the folder was
    numbered anew while it was watched: what had a number below the first known one came and went as well.
    """
    there = sorted(set(on_server))
    listed = set(there)
    not_here = [uid for uid in there if uid not in held]
    wanted = [uid for uid in not_here if uid not in too_old]
    known = listed | held.keys() | set(unread)
    last = max(uidnext - 1, max(known, default=0))
    return Comparison(
        held=tuple((uid, held[uid]) for uid in there if uid in held),
        withheld=tuple(uid for uid in there if uid in unread and held.get(uid) is Saved.SET_ASIDE),
        left_out=tuple(uid for uid in not_here if uid in too_old),
        waiting=tuple(uid for uid in wanted if uid > cursor),
        missing=tuple(uid for uid in wanted if uid <= cursor),
        gone=tuple(uid for uid in sorted(held) if uid not in listed and uid not in unread),
        unread=tuple(uid for uid in sorted(unread) if uid not in listed),
        unseen=_between(([0] if watched_from_1 else []) + sorted(known), last),
    )


def counts_of(comparison: Comparison, found: Collection[int] = ()) -> LedgerCounts:
    """Count a comparison; `found` are the UIDs that were missing until this count fetched them."""
    outcomes = [outcome for _, outcome in comparison.held]
    return LedgerCounts(
        on_server=comparison.on_server,
        stored=outcomes.count(Saved.STORED),
        duplicate=outcomes.count(Saved.DUPLICATE),
        set_aside=outcomes.count(Saved.SET_ASIDE),
        too_large=outcomes.count(Saved.TOO_LARGE),
        left_out=len(comparison.left_out),
        waiting=len(comparison.waiting),
        missing=len(comparison.missing),
        found=len(found),
        gone=len(comparison.gone),
        unread=len(comparison.unread),
        unseen=len(comparison.unseen),
    )


def uids_of(comparison: Comparison, found: Iterable[int] = ()) -> LedgerUids:
    """Name the UIDs of a comparison that differ."""
    return LedgerUids(
        waiting=_written(comparison.waiting),
        missing=_written(comparison.missing),
        found=_written(sorted(found)),
        gone=_written(comparison.gone),
        unread=_written(comparison.unread),
        unseen=_written(comparison.unseen),
    )


class Reconciliation:
    """A count of one mailbox's folders; `counts` tells at any time what it fetched, `rows` what it counted."""

    def __init__(self, settings: MailboxSettings, parts: Parts) -> None:
        self._settings, self._parts = settings, parts
        self.counts = RunCounts()
        self.rows: list[LedgerRow] = []

    def run(self, mailbox: Mailbox) -> None:
        """Count every folder on an open mailbox; raises a MailboxError or StorageError when it cannot go on.

        What is wrong with one folder is raised when the others are counted.
        """
        folders = Folders(self._settings.folders)
        folders.each(lambda folder: self._keep(self._counted(mailbox, mailbox.examine(folder))), self._parts.stop)
        folders.raise_failed()

    def _keep(self, row: LedgerRow) -> None:
        save_count(self._parts.store, row)
        self.rows.append(row)

    def _counted(self, mailbox: Mailbox, status: FolderStatus) -> LedgerRow:
        if not status.uidvalidity:
            return self._row(status, LedgerCounts(on_server=status.exists), LedgerUids())
        first = self._compared(mailbox, status)
        wanted = sorted({*first.missing, *first.withheld})
        if not wanted:
            return self._row(status, counts_of(first), uids_of(first))
        self._fetch(mailbox, status, wanted)
        again = self._compared(mailbox, status)
        found = set(first.missing) & {uid for uid, _ in again.held}
        if not first.missing:
            return self._row(status, counts_of(again), uids_of(again))
        log.warning(
            "folder %s: %d messages were missed by the polls, %d of them found",
            status.folder,
            len(first.missing),
            len(found),
        )
        return self._row(status, counts_of(again, found), uids_of(again, found))

    def _compared(self, mailbox: Mailbox, status: FolderStatus) -> Comparison:
        """Compare; the cursor is read first and the store last, so that a poll at work makes nothing look missing."""
        store, account = self._parts.store, self._settings.account
        state = folder_state(store, account, status.folder)
        there = mailbox.uids(status, 0)
        since = self._settings.since
        new_enough = set(there) if since is None else set(mailbox.uids(status, 0, since))
        place = (account, status.folder, status.uidvalidity)
        return compare(
            there,
            held_outcomes(store, *place),
            cursor=state.last_uid if state and state.uidvalidity == status.uidvalidity else 0,
            uidnext=status.uidnext,
            too_old=set(there) - new_enough,
            unread=unread_uids(store, *place),
            watched_from_1=was_numbered_otherwise(store, *place),
        )

    def _fetch(self, mailbox: Mailbox, status: FolderStatus, uids: Sequence[int]) -> None:
        account, parts = self._settings.account, self._parts
        beginning = Beginning(reading=Reading.AGAIN, after=0, since=None)
        sizes = mailbox.sizes(status, uids)
        plan = plan_fetch(account, status, beginning, uids, sizes, limits=limits_of(self._settings))
        for batch in plan.batches:
            if parts.stop.is_set():
                return
            given = (parts.store, parts.reader, mailbox, status, batch)
            did = file_batch(*given, now=parts.clock(), max_tries=parts.tries)
            self.counts = replace(self.counts, **{name: getattr(self.counts, name) + n for name, n in did.items()})

    def _row(self, status: FolderStatus, counts: LedgerCounts, uids: LedgerUids) -> LedgerRow:
        now = self._parts.clock()
        self.counts = replace(self.counts, listed=self.counts.listed + counts.on_server)
        return LedgerRow(
            account=self._settings.account,
            folder=status.folder,
            day=london_day(now),
            counted_at=now,
            uidvalidity=status.uidvalidity,
            counts=counts,
            uids=uids,
        )


def _between(known: Sequence[int], last: int) -> tuple[int, ...]:
    """Give the numbers from the first known one up to `last` that are not known.

    A server that numbers with wide gaps would make this a list of millions: gaps wider than 1,000 are no mail.
    """
    ends = [*known, last + 1] if known else []
    gaps = (range(low + 1, high) for low, high in pairwise(ends))
    return tuple(uid for gap in gaps if len(gap) <= _WIDEST_GAP for uid in gap)


_WIDEST_GAP = 1000


def _written(uids: Sequence[int]) -> str:
    return ",".join(uid_sets(uids))
