"""The annex "users and their uses" drawn from what reviewers confirmed, beside what it says today; pure.

It drafts: each line says whether it stands, is confirmed by messages, or is new, and shows the evidence. Nothing of it
is published without a person's word.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from classifiers.catalogue import Catalogue, CatalogueEntry, Dimension, StatementKind
from digests.counting.coded import Coded
from digests.counting.gather import Gathered, Said
from digests.counting.standing import standing_of
from digests.counting.titles import Titles
from digests.options import DigestOptions
from digests.period import london_date
from storage.records import CountedMessage

SHOWN_SENTENCES = 3  # a line; all of them stand in the month's digests


class Mark(StrEnum):
    """Where a line comes from."""

    STANDING = "standing"  # in the annex; no message of the period speaks of it
    CONFIRMED = "confirmed"  # in the annex, and messages confirm it
    NEW = "new"  # not in the annex; messages tell of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A sentence behind a line, in the sender's words."""

    message_id: int
    arrived: date
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UseLine:
    """One use on a user's line."""

    use: str
    mark: Mark
    messages: tuple[int, ...]
    evidence: tuple[Evidence, ...]

    @property
    def said(self) -> str:
        """Say the mark in words: "confirmed by 3 messages"."""
        return f"{self.mark.value} {self.said_after}"

    @property
    def said_after(self) -> str:
        """Say what stands after the mark."""
        number = len(self.messages)
        counted = f"{number:,} {'message' if number == 1 else 'messages'}"
        return {
            Mark.STANDING: "with no message of the period",
            Mark.CONFIRMED: f"by {counted}",
            Mark.NEW: f"in {counted}",
        }[self.mark]


@dataclass(frozen=True, kw_only=True, slots=True)
class UserLine:
    """One user with its uses; `standing` is False for a user that the annex does not list yet."""

    user: str
    standing: bool
    uses: tuple[UseLine, ...]

    @property
    def today(self) -> str:
        """Give the uses as the annex lists them today."""
        return "; ".join(line.use for line in self.uses if line.mark is not Mark.NEW)

    @property
    def drafted(self) -> str:
        """Give the uses as this draft lists them."""
        return "; ".join(line.use for line in self.uses)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductLine:
    """One product as the annex lists it."""

    title: str
    designation: str
    source: str
    messages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelLine:
    """One way of engagement with the period's figures."""

    title: str
    description: str
    messages: int
    senders: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Annex:
    """The annex of a run of months."""

    subject: str
    organisation: str
    contact: str
    first_month: str
    last_month: str
    made_on: date
    reviewed: int  # messages of users that a person has decided on: all figures are of these
    pending: int  # those that nobody has decided on: they count for nothing here
    products: tuple[ProductLine, ...]
    users: tuple[UserLine, ...]
    channels: tuple[ChannelLine, ...]
    decisions: tuple[Evidence, ...]
    message_link: str = ""

    def marked(self, mark: Mark) -> int:
        """Count the lines of one mark."""
        return sum(use.mark is mark for user in self.users for use in user.uses)


def draft_annex(
    messages: Iterable[CountedMessage],
    catalogue: Catalogue,
    first_month: str,
    last_month: str,
    options: DigestOptions,
    *,
    now: datetime,
) -> Annex:
    """Draft the annex from the messages of a run of months, which are gone through once."""
    gathered = Gathered(count_pending=False)
    for message in messages:
        gathered.add(message)
    theirs = [coded for coded in gathered.coded if coded.is_users]
    decided = [coded for coded in theirs if coded.reviewed]
    return Annex(
        subject=options.subject,
        organisation=options.organisation,
        contact=options.contact,
        first_month=first_month,
        last_month=last_month,
        made_on=london_date(now),
        reviewed=len(decided),
        pending=len(theirs) - len(decided),
        products=_products(decided, catalogue),
        users=_users(decided, gathered.sentences(StatementKind.USE), catalogue),
        channels=_channels(decided, catalogue),
        decisions=tuple(map(_evidence, gathered.sentences(StatementKind.DECISION))),
        message_link=options.message_link,
    )


def _products(decided: Sequence[Coded], catalogue: Catalogue) -> tuple[ProductLine, ...]:
    """List the products that have a designation: the survey as a whole is none."""
    return tuple(
        ProductLine(
            title=entry.title,
            designation=entry.designation,
            source=entry.source,
            messages=sum(entry.id in coded.products for coded in decided),
        )
        for entry in catalogue.of(Dimension.PRODUCT)
        if entry.designation
    )


def _channels(decided: Sequence[Coded], catalogue: Catalogue) -> tuple[ChannelLine, ...]:
    lines = []
    for entry in catalogue.of(Dimension.CHANNEL):
        theirs = [coded for coded in decided if entry.id in coded.channels]
        lines.append(
            ChannelLine(
                title=entry.title,
                description=entry.description,
                messages=len(theirs),
                senders=len({coded.sender for coded in theirs}),
            )
        )
    return tuple(lines)


def _users(decided: Sequence[Coded], said: Sequence[Said], catalogue: Catalogue) -> tuple[UserLine, ...]:
    """Merge the standing lines with what was confirmed: standing users first, in their order, then the new ones."""
    behind: dict[tuple[str, str], list[int]] = defaultdict(list)
    for coded in decided:
        for use in coded.uses:
            behind[coded.user, use].append(coded.id)
    told = {user for user, _ in behind}
    known = {entry.id: entry for entry in catalogue.of(Dimension.USER_CATEGORY)}
    standing = [entry for entry in known.values() if entry.in_annex]
    fresh = [entry for entry in known.values() if not entry.in_annex and entry.id in told]
    forgotten = [
        CatalogueEntry(dimension=Dimension.USER_CATEGORY, id=user, title=user) for user in sorted(told - set(known))
    ]
    return tuple(_user_line(entry, behind, said, catalogue) for entry in (*standing, *fresh, *forgotten))


def _user_line(
    user: CatalogueEntry, behind: dict[tuple[str, str], list[int]], said: Sequence[Said], catalogue: Catalogue
) -> UserLine:
    titles, pairs = Titles(catalogue), standing_of(catalogue).pairs
    uses = {use for who, use in (*pairs, *behind) if who == user.id}
    ordered = sorted(uses, key=lambda use: ((user.id, use) not in pairs, titles.place(Dimension.USE, use)))
    lines = []
    for use in ordered:
        messages = tuple(behind.get((user.id, use), ()))
        sentences = (each for each in said if each.coded.user == user.id and use in each.coded.uses)
        lines.append(
            UseLine(
                use=titles.of(Dimension.USE, use),
                mark=_mark((user.id, use) in pairs, messages),
                messages=messages,
                evidence=tuple(map(_evidence, sentences))[:SHOWN_SENTENCES],
            )
        )
    return UserLine(user=user.annex_user or user.title, standing=user.in_annex, uses=tuple(lines))


def _mark(standing: bool, messages: Sequence[int]) -> Mark:
    if not standing:
        return Mark.NEW
    return Mark.CONFIRMED if messages else Mark.STANDING


def _evidence(said: Said) -> Evidence:
    return Evidence(message_id=said.coded.id, arrived=london_date(said.arrived_at), text=said.text)
