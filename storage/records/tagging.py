"""What the rules said of a message, and what people decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReviewState(StrEnum):
    """Where a stored message stands with its reviewers."""

    PENDING = "pending"  # nobody has decided yet
    CONFIRMED = "confirmed"  # a person agreed with every tag
    CORRECTED = "corrected"  # a person changed at least one tag


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
