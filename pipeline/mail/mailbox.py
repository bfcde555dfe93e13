"""What a poll needs of a mailbox, in our words: its settings, its folders, its messages."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from pipeline.mail.message import RawMessage
from pipeline.mail.signin import SignIn

MEGABYTE = 1_000_000
_FLAGS = ("flagged", "seen", "answered")
_KEYWORD = re.compile(r"[A-Za-z0-9$_.-]+")


class Security(StrEnum):
    """How the connection is protected."""

    TLS = "tls"  # from the first byte (RFC 8314)
    STARTTLS = "starttls"  # asked for in plain text, refused when the server has none
    PLAIN = "plain"  # to this very machine only


class AfterStore(StrEnum):
    """What is done on the server with a message once it is stored."""

    NOTHING = "nothing"
    FLAG = "flag"  # a system flag: \\Flagged, or \\Seen by the argument
    KEYWORD = "keyword"  # a keyword, named by the argument
    MOVE = "move"  # into the folder named by the argument


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxSettings:
    """One mailbox: where it is, how to sign in, what to read, and the bounds of it. Times in seconds, sizes in bytes.

    `since` counts for the first read of a folder only. `after_store` needs `write`. Raises ValueError for values that
    contradict each other. `formerly` are the names it had, the oldest first; None where nothing is said of them.
    `beside` are the accounts of other mailboxes of the same user and host.
    """

    name: str
    host: str
    user: str
    sign_in: SignIn
    port: int | None = None  # None: 993 with tls, else 143
    security: Security = Security.TLS
    ca_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX",)
    since: date | None = None
    connect_timeout: float = 20.0
    read_timeout: float = 60.0
    batch_messages: int = 100
    batch_bytes: int = 20 * MEGABYTE
    max_message_bytes: int = 30 * MEGABYTE
    write: bool = False
    write_drafts: bool = False
    after_store: AfterStore = AfterStore.NOTHING
    after_store_argument: str = ""
    formerly: tuple[str, ...] | None = None
    beside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise ValueError(f"mailbox {self.name!r} {problem}")

    @property
    def account(self) -> str:
        """Name the account in the store, which a mailbox keeps under every name that it is given.

        Another user or host under the same name is another account (F10).
        """
        who = "\0".join((self.user, self.host)).lower()
        return f"{(self.formerly or (self.name,))[0]}-{sha256(who.encode()).hexdigest()[:6]}"

    @property
    def mark_flag(self) -> str:
        """Give the flag or keyword that marks a stored message; of a flag the backslash may be left out."""
        if self.after_store is AfterStore.FLAG:
            return "\\" + (self.after_store_argument or "Flagged").lstrip("\\")
        return self.after_store_argument

    @property
    def port_used(self) -> int:
        """Give the port, the usual one where none is named."""
        return self.port or (993 if self.security is Security.TLS else 143)

    @property
    def is_local(self) -> bool:
        """Say whether the server is this very machine."""
        return is_loopback(self.host)


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderStatus:
    """A folder as EXAMINE describes it (RFC 3501, 6.3.2).

    `folder` is the name as configured, `server_name` as the server knows it. `uidvalidity` 0 means the server gave
    none: then `warnings` says so, and UIDs may be other ones next time. `uidnext` 0 means not known.
    """

    folder: str
    server_name: str
    uidvalidity: int
    uidnext: int
    exists: int
    keywords_allowed: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class NotRetrieved:
    """A message the server lists but does not hand over: to be set aside and asked for again, never filed as mail.

    `raw` is what came instead, if anything: Exchange sends a stand-in of its own (F34).
    """

    account: str
    folder: str
    uidvalidity: int
    uid: int
    reason: str
    raw: bytes = b""
    internal_date: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """What `mark` did: the UIDs that carry the mark now (or are gone), and why the others do not."""

    done: tuple[int, ...] = ()
    problem: str = ""


Fetched = RawMessage | NotRetrieved


class Mailbox(Protocol):
    """A mailbox, opened read-only. Every method may raise a MailboxError; `retryable` ones are worth another poll."""

    def __enter__(self) -> Self:
        """Connect and sign in."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Sign out and close the connection, whatever state it is in."""

    @property
    def bytes_received(self) -> int:
        """Count the bytes that came from the server, over all connections."""

    def folders(self) -> tuple[str, ...]:
        """Name the folders that can hold messages."""

    def examine(self, folder: str) -> FolderStatus:
        """Open a folder read-only; raises FolderMissing, which names those there are."""

    def uids(self, status: FolderStatus, after: int, since: date | None = None) -> tuple[int, ...]:
        """List the UIDs above `after`, ascending; with `since` only what arrived on that day or later."""

    def sizes(self, status: FolderStatus, uids: Sequence[int]) -> dict[int, int]:
        """Give the size in bytes of each message that is still there."""

    def fetch(self, status: FolderStatus, uids: Sequence[int]) -> Iterator[Fetched]:
        """Fetch messages in the order asked; those that are gone meanwhile are not yielded."""

    def unmarked(self, status: FolderStatus, upto: int) -> tuple[int, ...]:
        """List the UIDs up to `upto` that do not yet carry the mark `after_store` asks for (or are not yet moved)."""

    def mark(self, status: FolderStatus, uids: Sequence[int]) -> Marked:
        """Do what `after_store` asks, after the messages are stored; doing it twice does no harm."""


class DraftBox(Protocol):
    """Where a suggested reply is put: among the drafts of a mailbox."""

    def save_draft(self, content: bytes, now: datetime) -> str:
        """Put a message among the drafts, once, and give the folder's name."""


def is_loopback(host: str) -> bool:
    """Say whether a host name or address means this very machine."""
    if host.lower() in ("localhost", "localhost.localdomain"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _problems(settings: MailboxSettings) -> Iterator[str]:
    """Name what contradicts itself."""
    if not settings.folders:
        yield "names no folder: the usual one is INBOX"
    if min(settings.connect_timeout, settings.read_timeout) <= 0:
        yield "needs timeouts above 0 seconds"
    if min(settings.batch_messages, settings.batch_bytes, settings.max_message_bytes) < 1:
        yield "needs batch_messages, batch_bytes and max_message_bytes of 1 or more"
    if settings.after_store is not AfterStore.NOTHING and not settings.write:
        yield "asks for after_store without write = true"
    if settings.write_drafts and not settings.write:
        yield "asks for write_drafts without write = true"
    yield from argument_problems(settings.after_store, settings.after_store_argument)


def argument_problems(after_store: str, argument: str) -> Iterator[str]:
    """Name what is wrong with the argument of `after_store`. Pure."""
    if after_store in (AfterStore.KEYWORD, AfterStore.MOVE) and not argument:
        yield "needs after_store_argument: the keyword to set, or the folder to move to"
    if after_store == AfterStore.FLAG and (argument or "Flagged").lstrip("\\").lower() not in _FLAGS:
        yield "has a flag as after_store_argument that is none: Flagged, Seen or Answered"
    if after_store == AfterStore.KEYWORD and not _KEYWORD.fullmatch(argument or "x"):
        yield "has a keyword as after_store_argument that servers refuse: letters, digits, $ _ - and . only"
