"""The values that go into and come out of the store. Datetimes are aware UTC throughout."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath


class ReviewState(StrEnum):
    """Where a stored message stands with its reviewers."""

    PENDING = "pending"  # nobody has decided yet
    CONFIRMED = "confirmed"  # a person agreed with every tag
    CORRECTED = "corrected"  # a person changed at least one tag


class Saved(StrEnum):
    """What became of a message handed to the store."""

    STORED = "stored"
    DUPLICATE = "duplicate"  # the same mail under another slot: the slot was recorded
    KNOWN = "known"  # this very slot was stored before
    SET_ASIDE = "set aside"
    TOO_LARGE = "too large"


class RunOutcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"  # asked to end (SIGTERM), in good order
    LOST = "lost"  # the process died: found by a later run


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
class HitRecord:
    """Words that a rule matched: zones[zone].text[start:end] == words."""

    rule: str
    dimension: str
    value: str
    zone: int
    start: int
    end: int
    words: str
    weight: float = 1.0
    role: str = "asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class TagRecord:
    """One tag with its confidence (0 to 1) and its reason in words."""

    dimension: str
    value: str
    confidence: float = 1.0
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementRecord:
    """A quoted sentence: `kind` is "use" or "decision"."""

    kind: str
    text: str
    zone: int
    start: int
    end: int
    rule: str = ""
    quotable: bool = False  # a person says that it may be published


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictRecord:
    """What one version of the rules said of a message."""

    rules_version: str
    tags: tuple[TagRecord, ...]
    statements: tuple[StatementRecord, ...] = ()
    hits: tuple[HitRecord, ...] = ()
    confidence: float = 0.0
    needs_person: bool = True
    reasons: tuple[str, ...] = ()
    disputed: bool = False  # past decisions suggest other tags; the first reason says which


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
    seen_at: datetime | None = None  # when the poll met it; None: when it is stored


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
class IssueName:
    """What tells an issue from all others: its month, its number, and its mailbox ("": over all)."""

    account: str
    month: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What happened to a message, and when."""

    seen_at: datetime
    stored_at: datetime
    raw_sha256: str
    mail_sha256: str
    rules_version: str
    slots: tuple[Slot, ...]
    reviewed_at: datetime | None = None
    reviewed_by: str = ""
    issues: tuple[IssueName, ...] = ()  # it was counted in
    digests: tuple[str, ...] = ()  # the same as text: "2011-03 issue 1", "2011-03 issue 1 (ACCOUNT)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One append-only event: who decided what on a message."""

    id: int
    message_id: int
    at: datetime
    who: str
    action: str  # confirm, correct, undo, flag; publish, withdraw (of its quotes)
    before: tuple[TagRecord, ...]
    after: tuple[TagRecord, ...]
    statements_before: tuple[StatementRecord, ...]
    statements_after: tuple[StatementRecord, ...]
    rules_version: str
    note: str = ""
    bulk: str = ""  # of messages that were confirmed together
    undoes: int | None = None  # the event that it takes back


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueRow:
    """A line of the review queue."""

    id: int
    version: int  # raised by every change; a decision on an older one is refused
    arrived_at: datetime
    subject: str
    sender_name: str
    sender_address: str
    state: ReviewState
    needs_person: bool
    reasons: tuple[str, ...]
    confidence: float
    tags: tuple[TagRecord, ...]
    snippet: str = ""
    random_check: bool = False  # the rules are sure, and a person was asked by lot
    flagged_for: str = ""  # a colleague
    disagrees: bool = False  # decided, and today's rules say otherwise

    @property
    def may_be_confirmed(self) -> bool:
        """Say whether it can be confirmed in a list: pending, flagged for nobody, not of the random check."""
        return self.state is ReviewState.PENDING and not (self.flagged_for or self.random_check)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredMessage:
    """One message whole, without its raw bytes."""

    id: int
    version: int
    account: str
    arrived_at: datetime
    arrived_source: str
    sent_at: datetime | None
    subject: str
    sender_name: str
    sender_address: str
    user_address: str
    recipients: str
    message_id: str
    thread_key: str
    html: str
    oddities: tuple[str, ...]
    from_team: bool
    zones: tuple[ZoneRecord, ...]
    attachments: tuple[AttachmentRecord, ...]
    verdict: VerdictRecord  # the rules' latest
    state: ReviewState
    tags: tuple[TagRecord, ...]  # what counts: the person's where a person decided, else the rules'
    statements: tuple[StatementRecord, ...]
    history: tuple[Decision, ...]
    receipt: Receipt
    probable_copy_of: int | None = None
    flagged_for: str = ""
    random_check: bool = False  # the rules are sure, and a person was asked by lot
    disagrees: bool = False  # decided, and today's rules say otherwise


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """Which messages a queue holds; every field narrows it. Empty values do not narrow."""

    states: tuple[ReviewState, ...] = ()
    needs_person: bool | None = None
    tags: tuple[tuple[str, str], ...] = ()  # (dimension, value), all of which the message must carry
    month: str = ""  # "2011-03", a London month of arrived_at
    account: str = ""
    folder: str = ""
    rule: str = ""  # a rule that hit
    below_confidence: float | None = None
    disagrees: bool = False  # reviewed, and today's rules say otherwise
    words: str = ""  # full text
    flagged_for: str = ""  # a colleague
    random_check: bool = False  # the rules are sure, and a person was asked by lot
    set_aside: bool = False  # could not be read at first
    counted: bool = False  # neither the team's own mail nor a probable copy: what figures count


@dataclass(frozen=True, kw_only=True, slots=True)
class QueuePage:
    """One page of a queue; `after` is the cursor of the next page, empty at the end."""

    rows: tuple[QueueRow, ...]
    after: str
    count: int
    count_is_exact: bool = True  # counts are exact up to 1,000, then "1,000+"


REMOVED = "removed"  # the role of somebody who may no longer sign in


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A reviewer: `role` is reader, reviewer or administrator, or `REMOVED`: no longer signs in, kept for the history.

    Without a password they come by single sign-on alone, where they are known as `subject` ("" until they came).
    """

    id: int
    name: str
    role: str
    password_hash: str = field(repr=False)
    keys_enabled: bool = True
    subject: str = ""

    @property
    def is_removed(self) -> bool:
        """Say whether an administrator has shut this person out."""
        return self.role == REMOVED


@dataclass(frozen=True, kw_only=True, slots=True)
class RunCounts:
    """What a run did."""

    listed: int = 0
    fetched: int = 0
    stored: int = 0
    duplicates: int = 0
    set_aside: int = 0
    too_large: int = 0
    gone: int = 0
    bytes_fetched: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of a job ("poll", "import", "digest", "reconcile", "retag") and how it ended."""

    id: int
    job: str
    account: str
    started_at: datetime
    ended_at: datetime | None
    outcome: RunOutcome
    counts: RunCounts
    error: str = ""  # of a run that went well: its warnings
    fault: str = ""  # the class of the error


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusCounts:
    """How much there is, and how much waits."""

    messages: int
    pending: int
    needs_person: int  # of the pending
    set_aside: int  # not yet released; the too large among them
    too_large: int
    disagrees: int  # decided, and today's rules say otherwise
    newest_arrived_at: datetime | None
    random_checks: int = 0  # of the pending: the rules are sure, and a person was asked by lot


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkResult:
    """What a bulk action did, message by message: `refused` were changed meanwhile, are flagged or not there."""

    done: tuple[int, ...]
    refused: tuple[int, ...]
    bulk: str = ""  # names what was done, to be undone


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """That somebody looked at `what` of a message: "message", "html", "raw", "quotes", "second reading", "api"."""

    message_id: int
    who: str
    what: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """What a period's figures rest on. `seen` = stored + duplicates + set aside, counted by arrival."""

    seen: int
    stored: int
    set_aside: int  # could not be read, or was too large
    duplicates: int  # the same mail in a second place
    reviewed: int  # of the stored, decided by a person
    copies: int = 0  # of the stored, probable copies of another: not counted in figures


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedMessage:
    """One message as a digest counts it: the tags that count, no text but the statements."""

    id: int
    account: str
    arrived_at: datetime
    arrived_source: str
    sent_at: datetime | None
    subject: str
    sender: str  # name and address, for the internal edition only
    sender_key: str  # equal for equal senders; no address in it
    thread_key: str
    state: ReviewState
    needs_person: bool
    from_team: bool
    tags: tuple[TagRecord, ...]
    statements: tuple[StatementRecord, ...]
    hits: tuple[HitRecord, ...]
    proposed: tuple[TagRecord, ...]  # what the rules said, for the quality figures
    user_address: str = ""  # the sender's, or that of who wrote what the sender forwarded


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """A frozen edition of a month's digest: `figures` is its JSON, `sha256` that of the JSON."""

    id: int
    account: str
    month: str
    number: int
    status: str  # provisional or final
    issued_at: datetime
    rules_version: str
    figures: str
    sha256: str
    message_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WhoWrote:
    """The user behind a message: who sent it, or the writer of the original that was forwarded."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """That an issue was sent to somebody; `sent_at` None: under way, or broken off, nobody knows where."""

    way: str
    recipient: str
    begun_at: datetime
    sent_at: datetime | None = None
