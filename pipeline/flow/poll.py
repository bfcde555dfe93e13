"""One mailbox polled: its folders in turn, each batch committed together with the cursor behind it."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.flow.after_store import mark_stored
from pipeline.flow.filing import file_batch
from pipeline.flow.folders import Folders
from pipeline.flow.overlap import Filing
from pipeline.flow.plan import Batch, FetchPlan, Refusal, limits_of, plan_fetch, where_to_begin
from pipeline.flow.reader import Reader
from pipeline.mail.errors import MailboxChanged, MailboxError, NotMarked, SinceAhead, Throttled
from pipeline.mail.mailbox import AfterStore, FolderStatus, Mailbox, MailboxSettings
from storage.engine import Store
from storage.ledger import london_day, most_on_server
from storage.messages import advance, folder_state, known_slots, retry_due, stored_uids
from storage.records import FolderState, RunCounts, Slot

ATTEMPTS = 3  # connections a poll makes before it leaves the rest to the next one
HANDED_OUT_FROM = 10  # batches of a folder: fewer are filed faster than others can take them
SIZED_TOGETHER = 500  # messages whose sizes are asked for at once
LATELY = timedelta(days=7)
LONGEST_WAIT = 900.0  # seconds that a poll waits when the server asks for a pause

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a poll is: messages dealt with, of how many."""

    folder: str
    done: int
    of: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a poll works with. `stop` asks it to end after the batch it is at; `told` hears of progress.

    `hand_out` takes the batches of a folder with much to fetch, for others to file: the cursor then stays where it is
    until a poll finds all of them stored.
    """

    store: Store
    reader: Reader
    clock: Callable[[], datetime]
    stop: threading.Event
    told: Callable[[Progress], None]
    tries: int = 3
    accept_shrunken_folder: bool = False
    hand_out: Callable[[FolderStatus, Sequence[Batch]], None] | None = None


class Poll:
    """A poll of one mailbox; `counts` tells at any time what it has done so far."""

    def __init__(self, settings: MailboxSettings, parts: Parts, opened: Callable[[], Mailbox]) -> None:
        self._settings, self._parts, self._opened = settings, parts, opened
        self.counts = RunCounts()
        self.warnings: list[str] = []

    def run(self) -> None:
        """Poll every folder; raises a MailboxError or StorageError when it cannot go on. What is stored stays.

        A folder that cannot be read holds up no other: what is wrong with it is raised when the others are done.
        """
        since = self._settings.since
        if since is not None and since > self._parts.clock().date():
            self.warnings.append(str(SinceAhead(self._settings.name, since)))
        folders = Folders(self._settings.folders)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._connected(folders)
                break
            except MailboxError as error:
                if not error.retryable or attempt == ATTEMPTS or not self._waited(error, attempt):
                    raise
        folders.raise_failed()

    def _connected(self, folders: Folders) -> None:
        with self._opened() as mailbox:
            try:
                folders.each(lambda folder: self._folder(mailbox, folder), self._parts.stop)
            finally:
                self._count(bytes_fetched=mailbox.bytes_received)

    def _waited(self, error: MailboxError, attempt: int) -> bool:
        """Wait as the server asks, or a little; False when that is too long or somebody asks us to stop."""
        seconds = error.seconds if isinstance(error, Throttled) else 2.0 * attempt
        log.warning("waiting %.0f seconds: %s", seconds, type(error).__name__)
        return seconds <= LONGEST_WAIT and not self._parts.stop.wait(seconds)

    def _folder(self, mailbox: Mailbox, folder: str) -> None:
        status = mailbox.examine(folder)
        plan = self._planned(mailbox, status)
        self.warnings += plan.beginning.warnings
        self._count(listed=plan.listed)
        self._ask_again(mailbox, status)
        batches: Iterable[Batch] = self._sized(mailbox, status, plan)
        if self._parts.hand_out and status.uidvalidity:
            batches = tuple(batches)
            if len(batches) >= HANDED_OUT_FROM:
                self._parts.hand_out(status, batches)
                self._count(handed_out=sum(map(_size, batches)))
                return
        self._file(mailbox, status, plan, batches)
        if self._parts.stop.is_set():
            return
        advance(self._parts.store, plan.cursor)
        self._mark(mailbox, status, plan.cursor)

    def _ask_again(self, mailbox: Mailbox, status: FolderStatus) -> None:
        """Fetch once more what the server listed before but did not hand over; the cursor stays where it is."""
        account, tries = self._settings.account, self._parts.tries
        waiting = [item for item in retry_due(self._parts.store, account, tries) if not item.holds_mail]
        here = [item.slot.uid for item in waiting if _is_in(item.slot, status)]
        if here:
            place = FolderState(account=account, folder=status.folder, uidvalidity=status.uidvalidity, last_uid=0)
            self._batch(mailbox, status, Batch(uids=tuple(sorted(here)), too_large=(), cursor=place))

    def _planned(self, mailbox: Mailbox, status: FolderStatus) -> FetchPlan:
        """Plan what to fetch of a folder, by the count of messages alone: their sizes are asked for as they come up."""
        store, account = self._parts.store, self._settings.account
        state = folder_state(store, account, status.folder)
        beginning = where_to_begin(
            state,
            status,
            self._settings.since,
            held=self._held(state) if state and not status.exists else 0,
            accept_shrunken_folder=self._parts.accept_shrunken_folder,
        )
        if isinstance(beginning, Refusal):
            raise MailboxChanged(beginning.folder, beginning.reason, beginning.override)
        uids = mailbox.uids(status, beginning.after, beginning.since)
        known = known_slots(store, account, status.folder, status.uidvalidity, uids) if status.uidvalidity else ()
        if not self._parts.hand_out and any(uid not in known for uid in uids):
            self._parts.reader.load_ahead()
        return plan_fetch(account, status, beginning, uids, {}, limits=limits_of(self._settings), known=known)

    def _sized(self, mailbox: Mailbox, status: FolderStatus, plan: FetchPlan) -> Iterator[Batch]:
        """Give the batches of a plan, cut by the sizes of their messages.

        These are asked for some at a time: a server that has to look into each message for its size is not waited for
        before the first are read.
        """
        limits, uids = limits_of(self._settings), [uid for batch in plan.batches for uid in batch.uids]
        for start in range(0, len(uids), SIZED_TOGETHER):
            some = uids[start : start + SIZED_TOGETHER]
            sizes = mailbox.sizes(status, some)
            yield from plan_fetch(self._settings.account, status, plan.beginning, some, sizes, limits=limits).batches

    def _held(self, state: FolderState) -> int:
        """Count what an empty folder held lately: what lay there at its counts, or, before the first, all that came.

        A folder that we move mail out of empties itself.
        """
        if self._settings.after_store is AfterStore.MOVE:
            return 0
        store, since = self._parts.store, london_day(self._parts.clock() - LATELY)
        counted = most_on_server(store, state.account, state.folder, since=since)
        place = (state.account, state.folder, state.uidvalidity)
        return sum(1 for _ in stored_uids(store, *place)) if counted is None else counted

    def _file(self, mailbox: Mailbox, status: FolderStatus, plan: FetchPlan, batches: Iterable[Batch]) -> None:
        parts, total, done = self._parts, sum(map(_size, plan.batches)), 0

        def kept(batch: Batch, counted: dict[str, int]) -> None:
            nonlocal done
            done += _size(batch)
            self._count(**counted)
            parts.told(Progress(folder=status.folder, done=done, of=total))

        given = (parts.store, parts.reader, mailbox, status)
        moves = plan.moves_batchwise
        with Filing(*given, moves=moves, max_tries=parts.tries, kept=kept, stop=parts.stop) as filing:
            for batch in batches:
                if parts.stop.is_set():
                    return
                filing.add(batch, parts.clock())

    def _batch(self, mailbox: Mailbox, status: FolderStatus, batch: Batch) -> None:
        parts, now = self._parts, self._parts.clock()
        given = (parts.store, parts.reader, mailbox, status, batch)
        self._count(**file_batch(*given, now=now, max_tries=parts.tries))

    def _mark(self, mailbox: Mailbox, status: FolderStatus, cursor: FolderState) -> None:
        """Mark on the server what is stored, if the settings ask for it; a refusal is a warning, nothing is lost."""
        if problem := mark_stored(self._parts.store, mailbox, self._settings, status, cursor.last_uid):
            self.warnings.append(str(NotMarked(status.folder, problem)))

    def _count(self, **more: int) -> None:
        self.counts = replace(self.counts, **{name: getattr(self.counts, name) + n for name, n in more.items()})


def _size(batch: Batch) -> int:
    return len(batch.uids) + len(batch.too_large)


def _is_in(slot: Slot, status: FolderStatus) -> bool:
    return (slot.folder, slot.uidvalidity) == (status.folder, status.uidvalidity)
