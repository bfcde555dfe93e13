"""The digest as one frozen value: everything that a renderer shows, and nothing that it has to work out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from digests.counting.coded import Coded
from digests.disclosure.cells import MonthCells
from digests.disclosure.shown import Shown
from digests.issues.earlier import NO_MONTHS, CountedMonths
from digests.period import month_name
from digests.tables import Note, Table
from storage.records import Coverage


class Edition(StrEnum):
    """For whom a digest is."""

    INTERNAL = "internal"  # with quotes, senders and message numbers
    PUBLIC = "public"  # figures alone, small ones suppressed


class Status(StrEnum):
    """How firm the figures are."""

    PROVISIONAL = "provisional"
    FINAL = "final"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """What stands before the figures."""

    title: str
    month: str
    first_day: date
    last_day: date
    status: Status
    organisation: str
    source: str
    area: str
    contact: str
    made_on: date
    next_date: date
    issue_time: str  # of the day, in London: "09:30"
    coverage: Coverage
    counted: int  # users' messages in the figures
    pending: int  # users' messages that nobody has reviewed yet
    counts_pending: bool
    issue: int = 0  # 0 for a draft
    issued_at: str = ""  # "9:30am on 4 April 2011"
    rules_version: str = ""
    pre_release: tuple[str, ...] = ()
    statements_listed: int = 2000
    message_link: str = ""
    number_link: str = ""
    revises: str = ""  # the issue before of the same month: "issue 1, published at 9:30am on 4 April 2011"
    untraced: tuple[str, ...] = ()  # tables over many months whose numbers nobody can trace to messages any more
    is_compared: bool = False  # with that issue, count by count: what an issue shows is not always written down

    @property
    def is_of_running_month(self) -> bool:
        """Say whether it is a draft of a month that was not over when it was made: mail of it was still to come."""
        return not self.issue and self.made_on <= self.last_day


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicBasis:
    """What a public edition is made of: the tables before anything is kept back, and what was published before it."""

    tables: tuple[Table, ...] = ()
    kept_back: tuple[tuple[str, frozenset[str]], ...] = ()  # rows that editions of the month kept back, by table
    months: tuple[MonthCells, ...] = ()  # as public editions count them, this month last
    editions: tuple[Shown, ...] = ()  # every public edition issued before, in order, and those to come beside it
    coded: tuple[Coded, ...] = ()  # the records that its figures rest on: those of an earlier issue, or the digest's
    counts_pending: bool = True  # by the setting of those records


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """One month of one mailbox (or of all of them)."""

    edition: Edition
    account: str
    cover: Cover
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]
    coded: tuple[Coded, ...] = ()  # every message of the month; none in the public edition
    earlier: CountedMonths = NO_MONTHS  # what the tables over many months rest on; none in the public edition
    public: PublicBasis = PublicBasis()  # empty in the public edition itself

    def table(self, table_id: str) -> Table:
        """Give a table by its id; raise KeyError when this edition has none of that name."""
        found = next((table for table in self.tables if table.id == table_id), None)
        if found is None:
            raise KeyError(table_id)
        return found

    def numbered(self, table: Table) -> str:
        """Give a table's title with its number and the period, as the guidance wants a title to be complete."""
        place = 1 + [each.id for each in self.tables].index(table.id)
        period = "" if table.own_period else f", {month_name(self.cover.month)}"
        return f"Table {place}: {table.title}{period}"

    def note(self, note_id: str) -> Note:
        """Give a note by its id."""
        return next(note for note in self.notes if note.id == note_id)
