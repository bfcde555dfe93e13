"""Thirteen months side by side; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from digests.counting.coded import Coded
from digests.counting.counts import COUNTS, counts
from digests.counting.month_ids import Ids, MonthIds
from digests.period import month_name, months_to
from digests.tables import Cell, Chart, Column, Kind, Shorthand, Table

TREND = "trend"


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthFigures:
    """One month in the trend."""

    month: str
    received: int  # everything that arrived
    messages: int  # of users
    threads: int
    senders: int
    uses_stated: int  # messages of users that state a use
    status: str = "provisional"


def month_figures(month: str, coded: Sequence[Coded], *, count_pending: bool, status: str) -> MonthFigures:
    """Reduce a month to its line in the trend."""
    counted = [message for message in coded if message.is_users and (count_pending or message.reviewed)]
    messages, threads, senders = counts(counted)
    return MonthFigures(
        month=month,
        received=len(coded),
        messages=messages,
        threads=threads,
        senders=senders,
        uses_stated=sum(bool(message.uses) for message in counted),
        status=status,
    )


def trend(months: Sequence[MonthFigures], last: str, length: int) -> Table:
    """Show the months up to the last; a month that nothing is known of is marked not available, never zero."""
    known = {figures.month: figures for figures in months}
    wanted = months_to(last, length)
    return Table(
        id=TREND,
        title=f"Messages of users by month, {month_name(wanted[0])} to {month_name(last)}",
        columns=(
            Column(id="month", title="Month", description="London month of arrival"),
            Column(id="received", title="All mail", kind=Kind.COUNT, description="Everything that arrived"),
            *COUNTS,
            Column(id="uses_stated", title="Messages that state a use", kind=Kind.COUNT),
            Column(id="status", title="Status", description="issued, or provisional"),
        ),
        rows=tuple(_line(month, known.get(month)) for month in wanted),
        row_ids=wanted,
        notes=("users", "month"),
        own_period=True,
        chart=Chart.LINE,
        chart_column="messages",
    )


def _line(month: str, figures: MonthFigures | None) -> tuple[Cell, ...]:
    name = month_name(month)
    if figures is None:
        return (name, *[Shorthand.NOT_AVAILABLE] * 6)
    return (
        name,
        figures.received,
        figures.messages,
        figures.threads,
        figures.senders,
        figures.uses_stated,
        figures.status,
    )


def traced_trend(table: Table, months: Iterable[MonthIds]) -> Table:
    """Put the messages behind the trend's numbers."""
    known = {ids.month: _behind(ids) for ids in months}
    nothing: tuple[Ids, ...] = ((),) * len(table.columns)
    return replace(table, behind=tuple(known.get(month, nothing) for month in table.row_ids))


def _behind(ids: MonthIds) -> tuple[Ids, ...]:
    messages = ids.messages
    return ((), ids.received, messages, messages, messages, ids.stating_a_use, ())
