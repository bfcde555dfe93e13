"""Messages, where they lay in the mailboxes, what they say, and what was set aside: as they come in and are held."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath

from storage.records.tagging import VerdictRecord


class Saved(StrEnum):
    """What became of a message handed to the store."""

    STORED = "stored"
    DUPLICATE = "duplicate"  # the same mail under another slot: the slot was recorded
    KNOWN = "known"  # this very slot was stored before
    SET_ASIDE = "set aside"
    TOO_LARGE = "too large"


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One place of a message on a server, or in an archive (RFC 3501, 2.3.1.1)."""

    account: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderState:
    """How far a folder has been read: every UID up to `last_uid` is stored, set aside or known to be gone."""

    account: str
    folder: str
    uidvalidity: int
    last_uid: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneRecord:
    """One zone of a message: `kind` as the classifiers name it, `start` its offset in the body or the attachment."""

    kind: str
    text: str
    start: int = 0
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachmentRecord:
    """An attachment as it was read; `note` says why there is no text."""

    filename: str
    content_type: str
    size: int
    sha256: str
    text: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMessage:
    """A read message, ready to be stored with its verdict in one transaction.

    `mail_sha256` identifies the mail (line ends as CRLF, mbox envelope and quoting undone), `raw_sha256` the bytes
    as received. `copy_key` is a digest of Message-ID, Date, From and body: equal keys under different mails are
    probable copies. `thread_key` is the Message-ID that began the thread (or its own). `user_address` is who uses the
    statistics: the sender, or the original writer of a forwarded message.
    """

    slot: Slot
    origin: str
    raw: bytes
    raw_sha256: str
    mail_sha256: str
    arrived_at: datetime
    arrived_source: str
    subject: str
    sender_name: str
    sender_address: str
    user_address: str
    copy_key: str = ""
    thread_key: str = ""
    message_id: str = ""
    sent_at: datetime | None = None
    recipients: str = ""
    zones: tuple[ZoneRecord, ...] = ()
    html: str = ""
    attachments: tuple[AttachmentRecord, ...] = ()
    oddities: tuple[str, ...] = ()
    from_team: bool = False
    verdict: VerdictRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSetAside:
    """A message that could not be read, kept whole: the error in words a person understands."""

    slot: Slot
    origin: str
    raw: bytes
    raw_sha256: str
    mail_sha256: str
    arrived_at: datetime
    arrived_source: str
    error: str
    too_large: bool = False  # recorded without its bytes (raw is empty): larger than the setting allows
    size: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldBytes:
    """A stored message exactly as it was received, and the digest that identifies its mail."""

    id: int
    raw: bytes
    mail_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedMessage:
    """What became of one item of a batch, and the message that now holds it (None: it was set aside)."""

    outcome: Saved
    message_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside:
    """A message in the set-aside pile."""

    id: int
    slot: Slot
    error: str
    tries: int
    size: int
    too_large: bool
    arrived_at: datetime
    first_tried_at: datetime
    last_tried_at: datetime
    raw_sha256: str
    released_as: int | None = None  # the message it became, once repaired
    origin: str = "imap"
    arrived_source: str = ""
    holds_mail: bool = True  # False: too large, or not handed over by the server; its bytes are still to be fetched
    mail_sha256: str = ""  # "" where `holds_mail` is False

    @property
    def unread_file(self) -> str:
        """Give the file of an archive that an import could not read, where its bytes lie still; "" for all else."""
        folder = self.slot.folder
        is_file = not self.holds_mail and not self.slot.uidvalidity and PurePath(folder).is_absolute()
        return folder if is_file else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WhoWrote:
    """The user behind a message: who sent it, or the writer of the original that was forwarded."""

    name: str
    address: str
