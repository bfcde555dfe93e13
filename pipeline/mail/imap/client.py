"""The mailbox over IMAP: one connection at a time, opened again when it breaks, going on at the next message."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from types import TracebackType
from typing import Self, TypeVar

from pipeline.mail.batches import batches, uid_sets
from pipeline.mail.errors import ConnectionLost, FolderRebuilt, MailboxBusy, MailboxError, ServerRefused, WriteRefused
from pipeline.mail.imap.connection import Connection
from pipeline.mail.imap.drafts import save_draft
from pipeline.mail.imap.listing import arrival_of, find_folder, halves, list_sizes, list_uids, status_of
from pipeline.mail.imap.marking import mark, unmarked, why_not
from pipeline.mail.imap.rows import Row
from pipeline.mail.imap.session import open_session
from pipeline.mail.imap.words import blames_message, is_stand_in
from pipeline.mail.mailbox import AfterStore, Fetched, FolderStatus, MailboxSettings, Marked, NotRetrieved
from pipeline.mail.message import Origin, RawMessage
from pipeline.mail.signin import Password, token_source

_T = TypeVar("_T")

_BODY = b"BODY[]"
_ITEMS = "(UID INTERNALDATE BODY.PEEK[])"
_LOSSES_OF_ONE = 3  # a message during which the connection broke this often is set aside
_SILENCES_OF_ONE = 2
_LOSSES_IN_A_ROW = 15  # without one message in between; enough to halve a batch of 1,000 down to the one at fault
_SILENCE_WEIGHT = 5
_LONGEST_PAUSE = 5.0


class ImapMailbox:
    """A mailbox over IMAP, read-only unless the settings allow writing; see `Mailbox` for the promises.

    `pause` waits between reconnections (seconds).
    """

    def __init__(self, settings: MailboxSettings, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._pause = pause
        self._tokens = None if isinstance(settings.sign_in, Password) else token_source(settings.name, settings.sign_in)
        self._connection: Connection | None = None
        self._open_folder: FolderStatus | None = None
        self._sizes: dict[int, int] = {}
        self._received = 0

    def __enter__(self) -> Self:
        self._connected()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection, self._connection, self._open_folder = self._connection, None, None
        if connection is not None:
            connection.close()

    @property
    def bytes_received(self) -> int:
        """Count the bytes that came from the server, over all connections."""
        return self._received

    def folders(self) -> tuple[str, ...]:
        """Name the folders that can hold messages."""
        rows = self._once_more(lambda: self._connected().list_folders())
        return tuple(sorted(row.name for row in rows if row.holds_messages))

    def examine(self, folder: str) -> FolderStatus:
        """Open a folder read-only; raises FolderMissing, which names those there are."""
        return self._once_more(lambda: self._examined(folder))

    def uids(self, status: FolderStatus, after: int, since: date | None = None) -> tuple[int, ...]:
        """List the UIDs above `after`, ascending; with `since` only what arrived on that day or later."""
        return self._once_more(lambda: list_uids(self._ready(status), status, after, since))

    def sizes(self, status: FolderStatus, uids: Sequence[int]) -> dict[int, int]:
        """Give the size in bytes of each message that is still there."""
        sizes = self._once_more(lambda: list_sizes(self._ready(status), uids))
        self._sizes |= sizes
        return sizes

    def fetch(self, status: FolderStatus, uids: Sequence[int]) -> Iterator[Fetched]:
        """Fetch messages in the order asked; those that are gone meanwhile are not yielded.

        A lost connection is opened again and the rest fetched in smaller batches; a message the server refuses, or
        during which it dies again and again, comes as NotRetrieved. Raises ConnectionLost when no progress is made,
        Throttled and MailboxBusy when the server asks for time.
        """
        pending = deque(self._batches(status, uids))
        losses = _Losses()
        while pending:
            batch = pending.popleft()
            try:
                rows = self._bodies(status, batch)
            except (ServerRefused, MailboxBusy) as refused:
                if not blames_message(refused):
                    raise
                fault = f'the server refused it and says "{refused.words}"'
            except ConnectionLost as lost:
                fault = self._recover(lost, losses, batch)
            else:
                losses = _Losses()
                yield from self._values(status, batch, rows)
                continue
            if fault and len(batch) == 1:
                yield self._not_retrieved(status, batch[0], fault)
            else:
                pending.extendleft(reversed(_split(batch, losses)))

    def unmarked(self, status: FolderStatus, upto: int) -> tuple[int, ...]:
        """List the UIDs up to `upto` that do not yet carry the mark `after_store` asks for (or are not yet moved)."""
        if self._settings.after_store is AfterStore.NOTHING or upto < 1:
            return ()
        return self._once_more(lambda: unmarked(self._ready(status), self._settings, self._now(status), upto))

    def mark(self, status: FolderStatus, uids: Sequence[int]) -> Marked:
        """Do what `after_store` asks, after the messages are stored; doing it twice does no harm.

        A failure is told in the answer, never raised: the messages are stored, and the poll goes on (F18).
        """
        if self._settings.after_store is AfterStore.NOTHING or not uids:
            return Marked()
        if not self._settings.write:
            raise WriteRefused(self._settings.name)
        try:
            return self._marked(status, sorted(set(uids)))
        except MailboxError as error:
            if isinstance(error, ConnectionLost):
                self._abandon()
            return Marked(problem=str(error))

    def why_not_marked(self, status: FolderStatus) -> str:
        """Say what stands in the way of `after_store` in a folder, changing nothing; "" for nothing.

        Raises a MailboxError where the folder, or the one to move to, cannot be opened.
        """
        if self._settings.after_store is AfterStore.NOTHING:
            return ""
        connection, now = self._for_writing(status)
        return why_not(connection, self._settings, now)

    def save_draft(self, content: bytes, now: datetime) -> str:
        """Put a message among the drafts, once: a lost connection is not opened again for it. Gives the folder's name.

        Raises WriteRefused unless the settings allow to write drafts, FolderMissing, and every MailboxError.
        """
        if not (self._settings.write and self._settings.write_drafts):
            raise WriteRefused(self._settings.name)
        return save_draft(self._connected(), content, now)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = open_session(self._settings, self._tokens, self._count)
        return self._connection

    def _ready(self, status: FolderStatus) -> Connection:
        """Give a connection on which this very folder is open, opening either again where needed."""
        connection = self._connected()
        if self._open_folder is None or self._open_folder.server_name != status.server_name:
            answers = connection.open_folder(status.server_name)
            self._open_folder = self._same(status, status_of(status.folder, status.server_name, answers))
        return connection

    def _now(self, status: FolderStatus) -> FolderStatus:
        """Give the folder's status as of its last opening."""
        return self._open_folder or status

    def _examined(self, folder: str) -> FolderStatus:
        connection = self._connected()
        self._open_folder, self._sizes = None, {}
        self._open_folder = status_of(folder, *find_folder(connection, folder))
        return self._open_folder

    def _marked(self, status: FolderStatus, uids: Sequence[int]) -> Marked:
        connection, now = self._for_writing(status)
        return mark(connection, self._settings, now, uids)

    def _for_writing(self, status: FolderStatus) -> tuple[Connection, FolderStatus]:
        connection = self._connected()
        self._open_folder = None
        answers = connection.open_folder(status.server_name, read_only=False)
        return connection, self._same(status, status_of(status.folder, status.server_name, answers))

    def _same(self, status: FolderStatus, now: FolderStatus) -> FolderStatus:
        if now.uidvalidity != status.uidvalidity:
            raise FolderRebuilt(status.folder)
        return now

    def _once_more(self, action: Callable[[], _T]) -> _T:
        """Do something that only reads; when the connection breaks, once more on a new one."""
        try:
            return action()
        except ConnectionLost:
            self._abandon()
            return action()

    def _recover(self, lost: ConnectionLost, losses: "_Losses", batch: tuple[int, ...]) -> str:
        """Give up the connection and wait a little; say what is wrong with a message that breaks it each time."""
        self._abandon()
        losses.add(lost, batch)
        if losses.blame_message:
            return f"the connection breaks whenever it is fetched: {lost}"
        if losses.are_too_many:
            raise lost
        self._pause(losses.pause)
        return ""

    def _abandon(self) -> None:
        connection, self._connection, self._open_folder = self._connection, None, None
        if connection is not None:
            connection.abandon()

    def _count(self, received: int) -> None:
        self._received += received

    def _batches(self, status: FolderStatus, uids: Sequence[int]) -> Iterator[tuple[int, ...]]:
        unknown = [uid for uid in uids if uid not in self._sizes]
        if len(unknown) > 1:
            self.sizes(status, unknown)
        limits = self._settings
        return batches(uids, self._sizes, max_messages=limits.batch_messages, max_bytes=limits.batch_bytes)

    def _bodies(self, status: FolderStatus, batch: tuple[int, ...]) -> dict[int, Row]:
        connection = self._ready(status)
        rows: dict[int, Row] = {}
        for uid_set in uid_sets(sorted(batch)):
            rows |= connection.fetch(uid_set, _ITEMS)
        return rows

    def _values(self, status: FolderStatus, batch: tuple[int, ...], rows: dict[int, Row]) -> Iterator[Fetched]:
        """Make values of rows, in the order asked; a row without a body is a message that is gone (F9)."""
        for uid in batch:
            row = rows.pop(uid, {})
            if _BODY in row:
                yield self._value(status, uid, row)

    def _value(self, status: FolderStatus, uid: int, row: Row) -> Fetched:
        raw = row[_BODY]
        if raw is None:
            return self._not_retrieved(status, uid, "the server lists it and gives no bytes for it")
        if is_stand_in(raw):
            reason = "the server sent a note in its place, saying that it could not be retrieved"
            return replace(self._not_retrieved(status, uid, reason), raw=raw, internal_date=arrival_of(row))
        return RawMessage(
            origin=Origin.IMAP,
            account=self._settings.account,
            folder=status.folder,
            uidvalidity=status.uidvalidity,
            uid=uid,
            raw=raw,
            internal_date=arrival_of(row),
        )

    def _not_retrieved(self, status: FolderStatus, uid: int, reason: str) -> NotRetrieved:
        return NotRetrieved(
            account=self._settings.account,
            folder=status.folder,
            uidvalidity=status.uidvalidity,
            uid=uid,
            reason=reason,
        )


def _split(batch: tuple[int, ...], losses: "_Losses") -> tuple[tuple[int, ...], ...]:
    """Split a batch that failed in two; after a silence into single messages, since each silence costs a timeout."""
    return tuple((uid,) for uid in batch) if losses.were_silent else tuple(halves(batch))


class _Losses:
    """The connections lost since the last message came through, and how many of them while one message was fetched."""

    def __init__(self) -> None:
        self._weight = 0
        self._alone: Counter[int] = Counter()
        self.blame_message = False
        self.were_silent = False

    def add(self, lost: ConnectionLost, batch: tuple[int, ...]) -> None:
        """Count one; a silence counts more, since each takes a whole timeout."""
        self.were_silent = lost.silent
        self._weight += _SILENCE_WEIGHT if self.were_silent else 1
        self._alone[batch[0]] += len(batch) == 1
        self.blame_message = self._alone[batch[0]] >= (_SILENCES_OF_ONE if self.were_silent else _LOSSES_OF_ONE)

    @property
    def are_too_many(self) -> bool:
        """Say whether to give up for now."""
        return self._weight >= _LOSSES_IN_A_ROW

    @property
    def pause(self) -> float:
        """Give the seconds to wait before the next try: from none to a few."""
        return min(0.05 * 2.0 ** (self._weight - 1), _LONGEST_PAUSE) if self._weight > 1 else 0.0
