"""Bars for the pages: how long each is, in the units of its drawing; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, THICK = 660, 18  # of the longest bar


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One line of a chart: its label, its number, and how long its bar is."""

    label: str
    number: int
    length: float
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BarChart:
    """A table whose numbers have bars beside them; `heading` says what its lines are."""

    id: str
    title: str
    heading: str
    unit: str
    bars: tuple[Bar, ...]
    width: int = WIDTH
    thickness: int = THICK


def bar_chart(id: str, title: str, heading: str, unit: str, rows: Iterable[tuple[str, int, str]]) -> BarChart:
    """Lay out (label, number, link) rows with bars, the longest filling the width."""
    rows = list(rows)
    most = max((number for _, number, _ in rows), default=0) or 1
    bars = tuple(
        Bar(label=label, number=number, length=round(WIDTH * number / most, 1), link=link)
        for label, number, link in rows
    )
    return BarChart(id=id, title=title, heading=heading, unit=unit, bars=bars)
