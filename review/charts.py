"""Bars for the pages: where each begins, how long it is, in the units of the drawing; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, RIGHT, BAR, LABEL, GAP = 720, 60, 18, 22, 12
STEP = LABEL + BAR + GAP  # from one bar to the next: its label above it, whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar: its label, number and place."""

    label: str
    number: int
    y: int
    length: float
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BarChart:
    """A bar chart and its table, which are the same numbers."""

    id: str
    title: str
    subtitle: str
    unit: str
    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    thickness: int = BAR


def bar_chart(id: str, title: str, subtitle: str, unit: str, rows: Iterable[tuple[str, int, str]]) -> BarChart:
    """Lay out (label, number, link) rows as bars, the longest filling the width."""
    rows = list(rows)
    most = max((number for _, number, _ in rows), default=0) or 1
    bars = tuple(
        Bar(
            label=label,
            number=number,
            y=LABEL + place * STEP,
            length=round((WIDTH - RIGHT) * number / most, 1),
            link=link,
        )
        for place, (label, number, link) in enumerate(rows)
    )
    return BarChart(id=id, title=title, subtitle=subtitle, unit=unit, bars=bars, height=len(bars) * STEP)
