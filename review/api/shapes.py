"""What comes in and goes out as JSON, beyond the store's own records."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from classifiers.catalogue import Dimension, StatementKind
from review.filters import LONGEST, MONTH
from review.forms import LONGEST_NOTE, LONGEST_QUOTE
from review.passwords import LONGEST as LONGEST_PASSWORD
from review.passwords import SHORTEST
from storage.agreement import Agreement
from storage.records import QueueFilter, ReviewState, User
from storage.samples import RandomCheck

LARGEST = 2**53 - 1  # every reader of JSON takes it for the same number
MONTH_PATTERN = f"^{MONTH.pattern}$"


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()


Text = Annotated[str, Field(max_length=LONGEST), AfterValidator(_clean)]
Values = Annotated[list[Text], Field(max_length=50)]
Yes = Literal["yes"]


class FilterQuery(BaseModel):
    """The queue's filters, named as in the page's links; each narrows."""

    model_config = ConfigDict(extra="forbid")
    state: list[ReviewState] = Field(default_factory=list, max_length=3)
    needs: Literal["yes", "no"] | None = Field(default=None, description="needs a person")
    disposition: Values = Field(default_factory=list)
    product: Values = Field(default_factory=list)
    user_category: Values = Field(default_factory=list)
    use: Values = Field(default_factory=list)
    channel: Values = Field(default_factory=list)
    month: str | None = Field(default=None, pattern=MONTH_PATTERN, description="a London month, 2011-03")
    account: Text = ""
    folder: Text = ""
    rule: Text = ""
    below: int | None = Field(default=None, ge=1, le=100, description="confidence below, in per cent")
    disagrees: Yes | None = None
    check: Yes | None = Field(default=None, description="random check")
    aside: Yes | None = Field(default=None, description="could not be read at first")
    counted: Yes | None = Field(default=None, description="neither the team's own mail nor probable copies")
    flagged: Text = Field(default="", description="flagged for somebody of this name")
    q: Text = Field(default="", description="words in subject, sender, text or attachments")
    after: str = Field(default="", max_length=100, description="the cursor that the page before gave")
    limit: int = Field(default=50, ge=1, le=200)

    def chosen(self) -> QueueFilter:
        """Give the store's filter."""
        return QueueFilter(
            states=tuple(self.state),
            needs_person=None if self.needs is None else self.needs == "yes",
            tags=tuple((one.value, value) for one in Dimension for value in getattr(self, one.value) if value),
            month=self.month or "",
            account=self.account,
            folder=self.folder,
            rule=self.rule,
            below_confidence=None if self.below is None else self.below / 100,
            disagrees=self.disagrees is not None,
            random_check=self.check is not None,
            set_aside=self.aside is not None,
            counted=self.counted is not None,
            flagged_for=self.flagged,
            words=self.q,
        )


class LedgerQuery(BaseModel):
    """Which lines of the ledger."""

    model_config = ConfigDict(extra="forbid")
    account: Text = ""
    days: int = Field(default=31, ge=1, le=366, description="the last days that were counted")


class TagIn(BaseModel):
    """A tag that a person gives."""

    model_config = ConfigDict(extra="forbid")
    dimension: Dimension
    value: str = Field(min_length=1, max_length=LONGEST)


class StatementIn(BaseModel):
    """A quote, word for word from what the sender wrote; line breaks do not matter."""

    model_config = ConfigDict(extra="forbid")
    kind: StatementKind
    text: str = Field(min_length=1, max_length=LONGEST_QUOTE)


class DecisionIn(BaseModel):
    """What a person says of a message: all its tags and quotes, not only what changes."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=1, le=LARGEST, description="of the message as it was read; an older one is refused")
    tags: list[TagIn] = Field(max_length=200)
    statements: list[StatementIn] = Field(default_factory=list, max_length=40)
    quotable: bool = Field(default=False, description="the quotes are approved for publication")
    note: str = Field(default="", max_length=LONGEST_NOTE)


class QuotesIn(BaseModel):
    """Whether the quotes of a message may be published."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=1, le=LARGEST, description="of the message as it was read; an older one is refused")
    published: bool


class RoleIn(BaseModel):
    """A person's new role."""

    model_config = ConfigDict(extra="forbid")
    role: Literal["reader", "reviewer", "administrator"]


class PasswordIn(BaseModel):
    """A person's new password."""

    model_config = ConfigDict(extra="forbid")
    # Told here, and checked where the words for it are.
    password: SecretStr = Field(json_schema_extra={"minLength": SHORTEST, "maxLength": LONGEST_PASSWORD})


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Why something was not done."""

    error: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonOut:
    """Somebody who may sign in, or with the role removed no longer may."""

    id: int
    name: str
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TagCount:
    """How many messages carry a tag."""

    dimension: str
    value: str
    title: str
    messages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthOut:
    """A month's figures as messages are tagged now, and what the samples show; the digests hold what was issued."""

    month: str
    messages: int
    triage: int
    reviewed: int
    needs_person: int
    tags: tuple[TagCount, ...]
    random_check: RandomCheck
    agreement: tuple[Agreement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuoteOut:
    """A quote as the public edition would print it; `struck_out` are the marks in it ("[name]").

    `kinds` are "use", "decision", or both of a sentence that states a use and reports a decision.
    """

    kinds: tuple[str, ...]
    text: str
    struck_out: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotedMessageOut:
    """The quotes of a decided message, and whether any of them may be published."""

    id: int
    version: int
    user_category: str
    published: bool
    quotes: tuple[QuoteOut, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueOut:
    """A frozen edition of a month's digest."""

    account: str = Field(description="the mailbox's; empty for a digest over all mailboxes")
    month: str
    number: int
    status: str
    issued_at: datetime
    rules_version: str
    sha256: str
    messages: int


def person_out(user: User) -> PersonOut:
    """Give a person without their secrets."""
    return PersonOut(id=user.id, name=user.name, role=user.role)
