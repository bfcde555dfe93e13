"""A mailbox in memory that keeps the promises of `Mailbox` and speaks in scenarios: `add`, `expunge` ..."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Self

from pipeline.mail.errors import ConnectionLost, FolderMissing, FolderRebuilt, MailboxError
from pipeline.mail.mailbox import AfterStore, Fetched, FolderStatus, Marked, NotRetrieved
from pipeline.mail.message import Origin, RawMessage

_START = datetime(2011, 3, 1, 9, 0, tzinfo=UTC)


@dataclass
class _Held:
    raw: bytes
    arrived: datetime
    marks: set[str] = field(default_factory=set)


@dataclass
class _Folder:
    uidvalidity: int = 1
    uidnext: int = 1
    mails: dict[int, _Held] = field(default_factory=dict)


class FakeMailbox:
    """A server and the connection to it in one; enter it as often as you like, what it holds stays.

    `after_store` and its argument are as in the settings. `fetched` counts the fetches of each UID.
    """

    def __init__(
        self,
        account: str = "statshop",
        *,
        after_store: AfterStore = AfterStore.NOTHING,
        after_store_argument: str = "",
    ) -> None:
        self.account = account
        self.fetched: dict[int, int] = {}
        self.connections = 0
        self.mark_by(after_store, after_store_argument)
        self._folders: dict[str, _Folder] = {"INBOX": _Folder()}
        self._last_uidvalidity = 1
        self._connected = False
        self._received = 0
        self._drop_in: int | None = None
        self._refusals: dict[str, list[MailboxError]] = {}
        self._not_retrieved: dict[int, str] = {}
        self._unanswered: set[int] = set()
        self._marking_fails = ""

    # scenarios

    def add(self, raw: bytes, *, folder: str = "INBOX", arrived: datetime | None = None) -> int:
        """Let a message arrive; gives its UID."""
        box = self._folders.setdefault(folder, _Folder())
        uid = box.uidnext
        box.uidnext += 1
        box.mails[uid] = _Held(raw=raw, arrived=arrived or _START + timedelta(minutes=uid))
        return uid

    def expunge(self, uid: int, *, folder: str = "INBOX") -> None:
        """Remove a message, as somebody else does."""
        self._folders[folder].mails.pop(uid, None)

    def empty(self, *, folder: str = "INBOX") -> None:
        """Remove every message of a folder."""
        self._folders[folder].mails.clear()

    def reset_uidvalidity(self, *, folder: str = "INBOX") -> None:
        """Rebuild a folder: another UIDVALIDITY, the same messages numbered from 1."""
        box = self._folders[folder]
        self._last_uidvalidity += 1
        box.uidvalidity = self._last_uidvalidity
        self.renumber(folder=folder)

    def renumber(self, *, folder: str = "INBOX") -> None:
        """Number the messages from 1 and say nothing of it, as servers without UIDVALIDITY may."""
        box = self._folders[folder]
        mails = [box.mails[uid] for uid in sorted(box.mails)]
        box.mails = dict(enumerate(mails, 1))
        box.uidnext = len(mails) + 1

    def lose_uidvalidity(self, *, folder: str = "INBOX") -> None:
        """Give no UIDVALIDITY from now on."""
        self._folders[folder].uidvalidity = 0

    def drop_connection_after(self, fetched: int) -> None:
        """Break the connection once, after so many more messages were fetched."""
        self._drop_in = fetched

    def fail(self, step: str, error: MailboxError, *, times: int = 1) -> None:
        """Raise an error in a step ("connect", "examine", "uids", "sizes", "fetch"), so many times."""
        self._refusals.setdefault(step, []).extend([error] * times)

    def withhold(self, uid: int, reason: str = "the server refused it") -> None:
        """List a message and not hand it over, as Exchange does with one it cannot convert."""
        self._not_retrieved[uid] = reason

    def hand_over(self, uid: int) -> None:
        """Hand over a message that was withheld or not answered for before."""
        self._not_retrieved.pop(uid, None)
        self._unanswered.discard(uid)

    def answer_nothing_for(self, uid: int) -> None:
        """List a message, and answer its FETCH as if it were gone."""
        self._unanswered.add(uid)

    def mark_by(self, after_store: AfterStore, argument: str = "") -> None:
        """Set what is done after storing, as the settings do."""
        self._after_store, self._argument = after_store, argument or "\\Flagged"

    def fail_marking(self, problem: str) -> None:
        """Refuse every mark from now on; an empty text allows them again."""
        self._marking_fails = problem

    def raw(self, uid: int, *, folder: str = "INBOX") -> bytes:
        """Give the bytes of a message that is there."""
        return self._folders[folder].mails[uid].raw

    def marks(self, uid: int, *, folder: str = "INBOX") -> set[str]:
        """Give the flags and keywords a message carries."""
        return self._folders[folder].mails[uid].marks

    def unmark(self, uid: int, *, folder: str = "INBOX") -> None:
        """Take all flags and keywords away from a message, as a colleague does who comes back to it."""
        self._folders[folder].mails[uid].marks.clear()

    def move(self, uid: int, *, folder: str, to: str) -> int:
        """Move a message as a colleague does; gives its new UID."""
        held = self._folders[folder].mails.pop(uid)
        return self.add(held.raw, folder=to, arrived=held.arrived)

    def holds(self, *, folder: str = "INBOX") -> tuple[int, ...]:
        """Give the UIDs in a folder."""
        return tuple(sorted(self._folders[folder].mails))

    # the mailbox

    def __enter__(self) -> Self:
        self._may_fail("connect")
        self.connections += 1
        self._connected = True
        return self

    def __exit__(self, *_: object) -> None:
        self._connected = False

    @property
    def bytes_received(self) -> int:
        """Count the bytes of the messages fetched."""
        return self._received

    def save_draft(self, content: bytes, now: datetime) -> str:
        """Put a message into the folder of drafts."""
        self._may_fail("save_draft")
        self.add(content, folder="Drafts", arrived=now)
        return "Drafts"

    def folders(self) -> tuple[str, ...]:
        """Name the folders."""
        return tuple(sorted(self._folders))

    def examine(self, folder: str) -> FolderStatus:
        """Describe a folder."""
        self._may_fail("examine")
        if folder not in self._folders:
            raise FolderMissing(folder, self.folders())
        box = self._folders[folder]
        return FolderStatus(
            folder=folder,
            server_name=folder,
            uidvalidity=box.uidvalidity,
            uidnext=box.uidnext,
            exists=len(box.mails),
            keywords_allowed=True,
            warnings=() if box.uidvalidity else (f"folder {folder!r} has no UIDVALIDITY",),
        )

    def uids(self, status: FolderStatus, after: int, since: date | None = None) -> tuple[int, ...]:
        """List UIDs above `after`."""
        self._may_fail("uids")
        mails = self._open(status).mails
        return tuple(
            uid for uid in sorted(mails) if uid > after and (since is None or mails[uid].arrived.date() >= since)
        )

    def sizes(self, status: FolderStatus, uids: Sequence[int]) -> dict[int, int]:
        """Give sizes."""
        self._may_fail("sizes")
        mails = self._open(status).mails
        return {uid: len(mails[uid].raw) for uid in uids if uid in mails}

    def fetch(self, status: FolderStatus, uids: Sequence[int]) -> Iterator[Fetched]:
        """Fetch messages that are still there."""
        self._may_fail("fetch")
        for uid in uids:
            held = self._open(status).mails.get(uid)
            if held is None or uid in self._unanswered:
                continue
            self._count_down()
            self.fetched[uid] = self.fetched.get(uid, 0) + 1
            yield self._value(status, uid, held)

    def unmarked(self, status: FolderStatus, upto: int) -> tuple[int, ...]:
        """List what lacks the mark."""
        if self._after_store is AfterStore.NOTHING:
            return ()
        mails = self._open(status).mails
        return tuple(uid for uid in sorted(mails) if uid <= upto and self._argument not in mails[uid].marks)

    def mark(self, status: FolderStatus, uids: Sequence[int]) -> Marked:
        """Mark or move."""
        if self._after_store is AfterStore.NOTHING or not uids:
            return Marked()
        if self._marking_fails:
            return Marked(problem=self._marking_fails)
        mails = self._open(status).mails
        for uid in uids:
            if uid in mails and self._after_store is AfterStore.MOVE:
                held = mails.pop(uid)
                self.add(held.raw, folder=self._argument, arrived=held.arrived)
            elif uid in mails:
                mails[uid].marks.add(self._argument)
        return Marked(done=tuple(sorted(uids)))

    def _value(self, status: FolderStatus, uid: int, held: _Held) -> Fetched:
        message = RawMessage(
            origin=Origin.IMAP,
            account=self.account,
            folder=status.folder,
            uidvalidity=status.uidvalidity,
            uid=uid,
            raw=held.raw,
            internal_date=held.arrived,
        )
        if uid not in self._not_retrieved:
            self._received += len(held.raw)
            return message
        return NotRetrieved(
            account=self.account,
            folder=status.folder,
            uidvalidity=status.uidvalidity,
            uid=uid,
            reason=self._not_retrieved[uid],
        )

    def _open(self, status: FolderStatus) -> _Folder:
        if not self._connected:
            raise ConnectionLost("fake", "it is not connected")
        box = self._folders[status.folder]
        if box.uidvalidity != status.uidvalidity:
            raise FolderRebuilt(status.folder)
        return box

    def _count_down(self) -> None:
        if self._drop_in == 0:
            self._drop_in, self._connected = None, False
            raise ConnectionLost("fake", "dropped")
        if self._drop_in is not None:
            self._drop_in -= 1

    def _may_fail(self, step: str) -> None:
        if queued := self._refusals.get(step):
            raise queued.pop(0)
