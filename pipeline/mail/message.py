"""The values of the mail side: a message as received, and what parsing makes of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from classifiers.travelling import travels_light


class Origin(StrEnum):
    """Where a message came from."""

    IMAP = "imap"
    ARCHIVE = "archive"


class ArrivalSource(StrEnum):
    """What `arrived_at` was taken from, the most trusted first."""

    INTERNALDATE = "internaldate"  # the server's own date (RFC 3501, 2.3.3)
    RECEIVED = "received"  # the topmost Received of our hosts (RFC 5321, 4.4)
    MBOX = "mbox"  # the `From ` line of an mbox
    DATE = "date"  # the sender's own Date
    IMPORTED = "imported"  # none of them: the moment we first saw it


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class RawMessage:
    """A message as received, whole.

    For IMAP (`account`, `folder`, `uidvalidity`, `uid`) is its slot; for an archive `folder` names the file or folder
    it lay in, `uid` its place there and `uidvalidity` is 0. `raw` is what was received (for a .mbox: envelope line and
    quoting still there when `mbox` is true). `internal_date` is aware UTC.
    """

    origin: Origin
    account: str
    folder: str
    uidvalidity: int
    uid: int
    raw: bytes
    internal_date: datetime | None = None
    mbox: str = ""  # "", "mboxo" or "mboxrd": how From lines are quoted in `raw`
    charset: str = ""  # that a person chose for its text, whatever the message says


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A display name and an address, both clean; either may be empty."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """One Received header: the host after `by`, and its time (aware UTC)."""

    by: str
    at: datetime | None


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A part that is not the body: its text as far as it could be read, else `note` says why not."""

    filename: str
    content_type: str
    size: int
    sha256: str
    text: str = ""
    note: str = ""


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedEmail:
    """A message parsed: clean Unicode only (no lone surrogate, no NUL, subject unfolded).

    `text` is the body as its reader sees it (from the HTML where there is no plain text); `html` the original HTML, for
    the sandboxed view. `attached` holds messages attached as messages (RFC 822 parts), never mixed into `text`.
    `oddities` says in words what was wrong with the message ("the charset was guessed"). Datetimes are aware UTC.
    """

    subject: str
    sender: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: Address = Address()
    sent_at: datetime | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/plain"
    received: tuple[str, ...] = ()  # its Received fields, the topmost (latest) first: few are ever read
    sender_trusted: bool = True
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    attached: tuple["ParsedEmail", ...] = ()
    attached_as: str = ""  # the file name under which another message carried it
    oddities: tuple[str, ...] = ()
