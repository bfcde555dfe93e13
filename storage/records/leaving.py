"""What leaves: issues of digests, what they count, and whom they were sent to."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.tagging import HitRecord, ReviewState, StatementRecord, TagRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueName:
    """What tells an issue from all others: its month, its number, and its mailbox ("": over all)."""

    account: str
    month: str
    number: int


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
class Delivery:
    """That an issue was sent to somebody; `sent_at` None: under way, or broken off, nobody knows where."""

    way: str
    recipient: str
    begun_at: datetime
    sent_at: datetime | None = None
