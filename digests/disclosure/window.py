"""Cross tables over a rolling twelve months, added up of the months' counts; pure.

The cells of a month are nearly all small; over twelve months some are not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TypeVar

from classifiers.catalogue import Catalogue, Dimension
from digests.counting.counts import ALL, NONE, Label
from digests.counting.month_ids import Alike, Ids, MonthIds
from digests.counting.titles import Titles
from digests.counting.trend import TREND
from digests.disclosure.cells import MonthCells, Pair
from digests.period import month_name, span_name
from digests.tables import Cell, Column, Kind, Table
from digests.words import without_prefix

WINDOW_MONTHS = 12
PRODUCTS = "products-by-users-12-months"
USES = "uses-by-users-12-months"
WINDOW_TABLES = (PRODUCTS, USES)
OVER_MONTHS = (TREND, *WINDOW_TABLES)  # whose numbers rest on more than the digest's own month
Key = TypeVar("Key")


def window_of(months: Sequence[MonthCells]) -> tuple[MonthCells, ...]:
    """Give the last twelve of the months."""
    return tuple(months)[-WINDOW_MONTHS:]


def window_tables(months: Sequence[MonthCells], catalogue: Catalogue) -> tuple[Table, ...]:
    """Make kind of user by product and by use, each with the totals of rows and columns."""
    window = window_of(months)
    return (
        _table(window, catalogue, PRODUCTS, Dimension.PRODUCT, "product", "No product named"),
        _table(window, catalogue, USES, Dimension.USE, "use", "No use stated"),
    )


def without_totals(table: Table) -> Table:
    """Leave the totals out of a cross table over twelve months; any other table stays as it is.

    A total of twelve months, less those of its months that are shown, would be the one that is kept back.
    """
    if table.id not in WINDOW_TABLES:
        return table
    return replace(
        table,
        columns=table.columns[:-1],
        rows=tuple(row[:-1] for row in table.rows[:-1]),
        row_ids=table.row_ids[:-1],
        has_total=False,
        overlapping=True,
    )


def traced_window(table: Table, months: Iterable[MonthIds]) -> Table:
    """Put the messages behind the numbers of a cross table over twelve months; `months` are those it adds up."""
    cells = defaultdict[Pair, list[Ids]](list)
    for alike, numbers in ((alike, ids) for month in months for alike, ids in month.counted.items()):
        for pair in _cells_of(alike, alike.products if table.id == PRODUCTS else alike.uses):
            cells[pair].append(numbers)
    places = [column.id for column in table.columns[1:]]
    return replace(
        table,
        behind=tuple(((), *(_together(cells[row, place]) for place in places)) for row in table.row_ids),
    )


def _cells_of(alike: Alike, values: tuple[str, ...]) -> Iterable[Pair]:
    return product((alike.user, ALL), (*(values or (NONE,)), ALL))


def _together(groups: Sequence[Ids]) -> Ids:
    """Put groups of messages together, each message once."""
    return tuple(sorted({number for ids in groups for number in ids}))


def _table(
    window: Sequence[MonthCells], catalogue: Catalogue, table_id: str, dimension: Dimension, word: str, none: str
) -> Table:
    cells, users = _added(window, dimension), _sum(month.users for month in window)
    whole = sum(users.values())
    rows = _labels(catalogue, Dimension.USER_CATEGORY, users, ())
    columns = _labels(catalogue, dimension, {label for _, label in cells} - {NONE}, (Label(id=NONE, title=none),))
    lines: list[tuple[Cell, ...]] = [
        (row.title, *(cells[row.id, column.id] for column in columns), users[row.id]) for row in rows
    ]
    totals = (sum(cells[row.id, column.id] for row in rows) for column in columns)
    shorts = without_prefix([column.title for column in columns])
    return Table(
        id=table_id,
        title=f"Messages by kind of user and {word}, {_span(window)}",
        summary=_summary(window, word),
        columns=(
            Column(id="user", title="User"),
            *(
                Column(id=column.id, title=short, kind=Kind.COUNT)
                for column, short in zip(columns, shorts, strict=True)
            ),
            Column(id=ALL, title="All messages", kind=Kind.COUNT),
        ),
        rows=(*lines, ("All messages", *totals, whole)),
        row_ids=(*(row.id for row in rows), ALL),
        notes=("users", "counted", "pending", "several", "window"),
        has_total=True,
        own_period=True,
    )


def _added(window: Sequence[MonthCells], dimension: Dimension) -> Counter[Pair]:
    return _sum(month.products if dimension is Dimension.PRODUCT else month.uses for month in window)


def _sum(counts: Iterable[Mapping[Key, int]]) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for each in counts:
        total.update(each)
    return total


def _labels(
    catalogue: Catalogue, dimension: Dimension, seen: Mapping[str, int] | set[str], more: tuple[Label, ...]
) -> tuple[Label, ...]:
    titles = Titles(catalogue)
    known = [entry.id for entry in catalogue.of(dimension)]
    ids = [*(one for one in known if one != "none" or one in seen), *sorted(set(seen) - set(known))]
    return (*(Label(id=one, title=titles.of(dimension, one)) for one in ids), *more)


def _span(window: Sequence[MonthCells]) -> str:
    return span_name(window[0].month, window[-1].month)


def _summary(window: Sequence[MonthCells], word: str) -> str:
    several = f"A message with several {word}s stands in several columns."
    if len(window) == WINDOW_MONTHS:
        return several
    first = month_name(window[0].month)
    return f"Nothing is known of the months before {first}: fewer than twelve are added up. {several}"
