"""Messages as reviewers see them: the queue, one message whole, and what was done to many."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.leaving import IssueName
from storage.records.mail import AttachmentRecord, Slot, ZoneRecord
from storage.records.tagging import Decision, ReviewState, StatementRecord, TagRecord, VerdictRecord


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


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkResult:
    """What a bulk action did, message by message: `refused` were changed meanwhile, are flagged or not there."""

    done: tuple[int, ...]
    refused: tuple[int, ...]
    bulk: str = ""  # names what was done, to be undone
