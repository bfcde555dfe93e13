"""Tables as values: what every renderer takes, and the marks that the field uses in them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class Shorthand(StrEnum):
    """What stands in place of a value, as the Government Statistical Service writes it."""

    CONFIDENTIAL = "[c]"
    NOT_AVAILABLE = "[x]"
    NOT_APPLICABLE = "[z]"


SHORTHAND_WORDS = {
    Shorthand.CONFIDENTIAL: "[c] = confidential: suppressed so that no small number is given away",
    Shorthand.NOT_AVAILABLE: "[x] = not available",
    Shorthand.NOT_APPLICABLE: "[z] = not applicable",
}


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"  # our own words: titles of the catalogue
    QUOTE = "quote"  # words out of a message: never trusted
    COUNT = "count"
    PERCENT = "percent"  # of 100, one decimal
    DECIMAL = "decimal"  # one decimal
    RATIO = "ratio"  # two decimals: a coefficient
    DATE = "date"
    MOMENT = "moment"  # aware UTC in the value, London time where it is shown
    MESSAGE = "message"  # the number of a message


class Chart(StrEnum):
    """How a table is drawn on the page."""

    BAR = "bar"  # one bar a row, of the charted column
    LINE = "line"  # one point a row, in time order


Cell = int | float | str | date | datetime  # a Shorthand is a str


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: `id` for machines, `title` for people, `unit` where the title does not say it."""

    id: str
    title: str
    kind: Kind = Kind.TEXT
    description: str = ""
    private: bool = False  # left out of the public edition


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A definition or a caveat; tables refer to it by `id`."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One table with everything that a reader needs beside it.

    `row_ids` names each row for machines. `behind[row][column]` holds the messages that a number counts, where it
    counts messages; it is empty for lists and shares. A list (`is_list`) may be cut in sheets and pages, not in files.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_ids: tuple[str, ...] = ()
    summary: str = ""
    notes: tuple[str, ...] = ()
    is_list: bool = False
    has_total: bool = False  # the last row is the whole, of which the others are parts
    overlapping: bool = False  # a message may stand in several rows: they do not add up
    chart: Chart | None = None
    chart_column: str = ""
    behind: tuple[tuple[tuple[int, ...], ...], ...] = ()
    own_period: bool = False  # the title says the period itself
    rows_in_full: int = 0  # of how many rows these are the first; 0 when these are all

    @property
    def legend(self) -> tuple[str, ...]:
        """Explain each shorthand that a cell holds, in the order of the alphabet."""
        found = {cell for row in self.rows for cell in row if isinstance(cell, Shorthand)}
        return tuple(SHORTHAND_WORDS[mark] for mark in Shorthand if mark in found)

    @property
    def adding_up(self) -> str:
        """Say in words how the rows make up the last one; empty when there is no whole."""
        if not self.has_total:
            return ""
        if self.overlapping:
            return "A message may stand in several rows: the rows may add up to more than the last row."
        threads = any(column.id == "threads" for column in self.columns)
        also = " Threads and senders may stand in several rows." if threads else ""
        return f"The messages of the rows add up to the last row.{also}"

    @property
    def cut_note(self) -> str:
        """Say how many rows are left out, in words; empty when none is."""
        if not self.rows_in_full:
            return ""
        return (
            f"This is a list of the first {len(self.rows):,} of {self.rows_in_full:,} rows. "
            "The CSV and JSON files hold all of them."
        )

    def column(self, column_id: str) -> int:
        """Give the place of a column."""
        return [column.id for column in self.columns].index(column_id)

    def head(self, limit: int) -> "Table":
        """Give the first rows of a list; a table of figures is never cut."""
        if not self.is_list or len(self.rows) <= limit:
            return self
        return replace(
            self,
            rows=self.rows[:limit],
            row_ids=self.row_ids[:limit],
            behind=self.behind[:limit],
            rows_in_full=len(self.rows),
        )
