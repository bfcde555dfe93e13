"""The tables over many months with the messages behind each number: of an issue as frozen, of a draft as made."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from classifiers.catalogue import Catalogue
from digests.counting.month_ids import MonthIds, month_ids
from digests.counting.trend import TREND, MonthFigures, traced_trend, trend
from digests.digest import Digest
from digests.disclosure.window import OVER_MONTHS, WINDOW_MONTHS, WINDOW_TABLES, traced_window, window_tables
from digests.issues.earlier import HERE, CountedMonths, Source, months_from
from digests.issues.frozen import shown_in_issue
from digests.issues.held import HeldMonths
from digests.tables import Table
from storage.engine import Store
from storage.records import Issue

_Find = Callable[[Source, str], MonthIds | None]  # gives the messages of a month, where they are there


def longer_tables_of_issue(store: Store, issue: Issue, catalogue: Catalogue, trend_of: str = "") -> tuple[Table, ...]:
    """Give them as they were published; none of an old issue, which did not say where the records of its months lie.

    With `trend_of` the trend alone, and only that month's row knows its messages: fewer issues have to be read.
    """
    counted, shown = months_from(held := json.loads(issue.figures)), shown_in_issue(issue)
    if not counted.months or shown is None:
        return ()
    tables = (_trend_as_frozen(held, issue.month), *window_tables(shown.months, catalogue))
    own, held_months = Source(month=issue.month, number=issue.number), HeldMonths(store, issue.account)

    def ids_of(source: Source, month: str) -> MonthIds | None:
        return held_months.ids_of(own if source == HERE else source, month)

    return _traced(tables, counted, ids_of, trend_of)


def longer_tables_of_draft(store: Store, digest: Digest, trend_of: str = "") -> tuple[Table, ...]:
    """Give those of a digest that is not frozen; `trend_of` as of an issue."""
    own, held_months = digest.cover.month, HeldMonths(store, digest.account)
    of_own = month_ids(own, digest.coded, count_pending=digest.cover.counts_pending)

    def ids_of(source: Source, month: str) -> MonthIds | None:
        if source != HERE:
            return held_months.ids_of(source, month)
        return of_own if month == own else digest.earlier.ids_of(month)

    tables = [table for table in digest.tables if table.id in OVER_MONTHS]
    return _traced(tables, digest.earlier, ids_of, trend_of)


def _trend_as_frozen(held: Mapping[str, Any], last: str) -> Table:
    rows = held["tables"][TREND]["rows"]
    known = [_figures(month, row) for month, row in rows.items() if isinstance(row[1], int)]
    return trend(known, last, len(rows))


def _figures(month: str, row: Sequence[Any]) -> MonthFigures:
    _, received, messages, threads, senders, uses_stated, status = row
    return MonthFigures(
        month=month,
        received=received,
        messages=messages,
        threads=threads,
        senders=senders,
        uses_stated=uses_stated,
        status=status,
    )


def _traced(tables: Sequence[Table], counted: CountedMonths, ids_of: _Find, trend_of: str) -> tuple[Table, ...]:
    """Put the messages behind the numbers; a table of which some month's records lie nowhere is left out."""
    in_trend = [each for each in counted.months if trend_of in ("", each.month)]
    in_window = () if trend_of else counted.months[-WINDOW_MONTHS:]
    by_trend = _all_known(ids_of(each.trend, each.month) for each in in_trend)
    windows = ((each.window, each.month) for each in in_window)
    by_window = _all_known(ids_of(source, month) if source else None for source, month in windows)
    return (
        *(traced_trend(table, by_trend) for table in tables if table.id == TREND and by_trend),
        *(traced_window(table, by_window) for table in tables if table.id in WINDOW_TABLES and by_window),
    )


def _all_known(months: Iterable[MonthIds | None]) -> list[MonthIds]:
    """Give the months; none where one is not known, since the rest would say less than the number."""
    found: list[MonthIds] = []
    for ids in months:
        if ids is None:
            return []
        found.append(ids)
    return found
