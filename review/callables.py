"""What the page needs of the rules and the reader, handed to it by whoever starts it."""

from collections.abc import Callable
from dataclasses import dataclass

from storage.records import VerdictRecord, ZoneRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class NearMiss:
    """A rule that nearly fired, and why it did not."""

    rule: str
    dimension: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """What today's rules say of a text or an .eml; `error` instead when it could not be read."""

    subject: str = ""
    sender: str = ""
    zones: tuple[ZoneRecord, ...] = ()
    verdict: VerdictRecord | None = None
    near: tuple[NearMiss, ...] = ()
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retried:
    """What became of a set-aside message that was read again."""

    message_id: int | None = None  # the stored message, when it worked
    error: str = ""


Explain = Callable[[bytes], Explained]
Retry = Callable[[int], Retried]
