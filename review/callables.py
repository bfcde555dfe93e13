"""What the page needs of the rules and the reader, handed to it by whoever starts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from classifiers.catalogue import Catalogue
from storage.records import Issue, VerdictRecord, ZoneRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class NearMiss:
    """A rule that nearly made a tag, and why it did not; `sentence` is where it looked, "" where `reason` says so."""

    rule: str
    reason: str
    sentence: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MissedTag:
    """A tag that a text did not get: why in a line, and the rules that came near it."""

    dimension: str
    value: str
    reason: str
    rules: tuple[NearMiss, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """What today's rules say of a text or an .eml; `error` instead when it could not be read.

    `near` are the tags that it just missed, `asked` the one of which it was asked why it does not stand.
    """

    subject: str = ""
    sender: str = ""
    zones: tuple[ZoneRecord, ...] = ()
    verdict: VerdictRecord | None = None
    near: tuple[MissedTag, ...] = ()
    asked: MissedTag | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FinalDue:
    """A month whose newest issue is provisional, of which one made now would be final; `mailbox` "" is over all."""

    month: str
    mailbox: str = ""

    @property
    def name(self) -> str:
        """Name it in a line: "2011-03", "2011-03 (north)"."""
        return self.month + (f" ({self.mailbox})" if self.mailbox else "")

    @property
    def command(self) -> str:
        """Write the command that issues it, as the page's button does: nothing but a person does."""
        own = f" --mailbox {self.mailbox}" if self.mailbox else ""
        return f"statshop digest {self.month} --issue --again{own}"


class NotIssued(Exception):
    """Tell in words why an issue was not made."""


class Finals(Protocol):
    """What can be done about months whose issues are provisional still."""

    def due(self) -> Sequence[FinalDue]:
        """Give the months that could be issued as final ones now."""

    def issue(self, due: FinalDue, number: int, who: str) -> bool:
        """Issue one of them as final, after its issue of that number; False where it is final already.

        Raises `NotIssued`.
        """

    def who_issued(self, issue: Issue) -> str:
        """Name the person that asked for an issue; "" where it was the schedule, or nobody knows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Retried:
    """What became of a set-aside message that was read again."""

    message_id: int | None = None  # the stored message, when it worked
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Previewed:
    """What a set-aside message would say if it were read now; `error` instead when it still could not be read."""

    subject: str = ""
    sender: str = ""
    text: str = ""
    oddities: tuple[str, ...] = ()
    error: str = ""


class Repair(Protocol):
    """What can be done with a set-aside message. A charset is a person's choice; "" takes what the message says."""

    def preview(self, set_aside_id: int, charset: str) -> Previewed:
        """Say what it would say; nothing is changed."""

    def retry(self, set_aside_id: int, charset: str) -> Retried:
        """Read it again, fetched first where its bytes lie on the server; when that works it joins the queue."""

    def file_by_hand(self, set_aside_id: int) -> Retried:
        """File it unread, for a person to decide upon."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleText:
    """A rule as its file has it: `words` are its phrases and patterns, `rank` is what a match is worth."""

    id: str
    dimension: str  # empty for a cue, which says something of a sentence and tags nothing
    value: str
    rank: str
    file: str
    line: int
    weight: float
    words: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    ok: tuple[str, ...] = ()
    not_ok: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedRule:
    """A rule that somebody wants: the tag, the words that should lead to it, and sentences that show it."""

    dimension: str
    value: str
    phrases: tuple[str, ...]
    ok: tuple[str, ...] = ()
    not_ok: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftedRule:
    """A rule as a file of its own, and what is wrong with it; nothing is written anywhere."""

    rule: str
    filename: str
    toml: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TagMoved:
    """What a tag gains or loses: messages, and of those decided by a person, how many say so too or otherwise."""

    dimension: str
    value: str
    gains: tuple[int, ...] = ()
    losses: tuple[int, ...] = ()
    with_people: int = 0
    against_people: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a draft would change in the messages of twelve months: under way until `done`."""

    read: int
    whole: int
    done: bool = False
    changed: int = 0
    tags: tuple[TagMoved, ...] = ()
    error: str = ""


class RuleBook(Protocol):
    """The rules of one folder as the page needs them. It reads rules and drafts them, and never writes their files."""

    def catalogue(self) -> Catalogue:
        """Give the tags that these rules know."""

    def rules(self) -> tuple[RuleText, ...]:
        """Give every rule, in the order of the files; where these have mistakes, the rules that worked last."""

    def mistakes(self) -> tuple[str, ...]:
        """Say what keeps the files as they are now from use, each with its file and line; none is the rule."""

    def draft(self, wanted: WantedRule) -> DraftedRule:
        """Write a rule out and try its examples."""

    def preview(self, drafted: DraftedRule) -> Preview:
        """Tell what a draft would change; the first call begins to find out, later ones tell how far it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Struck:
    """A quote as it would be published; `found` are the marks that stand for what was struck out ("[name]")."""

    text: str
    found: tuple[str, ...] = ()


class PublicQuotes(Protocol):
    """What becomes of quotes outside the page."""

    def struck(self, text: str, sender: str) -> Struck:
        """Strike contact details and names out, as the public edition does."""

    def withdraw(self, message_id: int) -> tuple[str, ...]:
        """Take the published quotes of a message out of the files of every issue; name those that were written again.

        Raises `QuotesNotWithdrawn`.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberAsked:
    """A number of a digest by its place; issue 0 is a draft, an empty account stands for all mailboxes."""

    month: str
    issue: int
    account: str
    table: str
    row: str
    column: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """A number with its titles, and the messages that it counts."""

    table: str
    row: str
    column: str
    number: str
    message_ids: tuple[int, ...]


class Numbers(Protocol):
    """What stands behind the numbers of digests."""

    def behind(self, asked: NumberAsked) -> Behind | None:
        """List the messages; None where there is no such number."""


class QuotesNotWithdrawn(Exception):
    """Tell that files which hold withdrawn quotes of a message could not be written again."""

    def __init__(self, message_id: int, why: str) -> None:
        """Say why, and what takes them out later."""
        again = f"When that is mended, this command takes them out: statshop quotes --withdraw {message_id}"
        super().__init__(f"{why.rstrip('.')}. {again}")


class Explain(Protocol):
    """Says what today's rules make of the bytes of a mail."""

    def __call__(self, content: bytes, why_not: tuple[str, str] | None = None, mailbox: str = "") -> Explained:
        """Explain it; `why_not` is a tag (dimension, value) of which to say why it does not stand.

        `mailbox` is the account whose own rules are asked, "" for the rules of all that have none.
        """
