"""What reading a message needs to know, and what comes of it: values that need neither the parsers nor spaCy."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.travelling import travels_light
from classifiers.verdict import MessageText, Verdict
from pipeline.mail.identity import Arrival
from pipeline.mail.message import ParsedEmail

if TYPE_CHECKING:  # spaCy comes with it, which a poll that finds nothing new can do without
    from classifiers.explaining import Explanation


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingContext:
    """What reading needs to know besides the message: the rules, the team's own addresses and mail hosts."""

    rules_folder: Path | None = None
    mailbox_rules: tuple[tuple[str, Path], ...] = ()  # accounts that are read by rules of their own, and those
    second_opinion: Path | None = None  # what `statshop learn` wrote; a file that is not there is none
    person_below: float | None = None
    team_addresses: frozenset[str] = frozenset()
    mail_hosts: tuple[str, ...] = ()


@travels_light
@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A message read: what it says, what the rules say of it, and who it is."""

    parsed: ParsedEmail
    text: MessageText
    verdict: Verdict
    user_address: str
    raw_sha256: str
    mail_sha256: str
    copy_key: str
    thread_key: str
    arrival: Arrival
    explanation: "Explanation | None" = None  # when it was asked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """A message that could not be read: why, in words; `is_fault` when the program is to blame, not the message."""

    reason: str
    is_fault: bool = False
