"""Charts as geometry: where each bar and point lies, for a template to draw as inline SVG. Pure.

Colours are the Analysis Function's; text is horizontal; nothing is told by colour alone; the table stands below.
"""

from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from digests.counting.counts import ALL, NONE
from digests.tables import Cell, Chart, Table
from digests.words import cut, without_prefix

BLUE = "#12436D"
WIDTH = 720
LEFT = 250
BAR = 30
GAP = 10
PLOT_HEIGHT = 220
_LABEL = 29  # characters that fit left of the bars


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar: a suppressed value has its shorthand for a text and no length."""

    lines: tuple[str, ...]  # its label, in one line or two
    text: str
    y: int
    length: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BarChart:
    """Bars, one below the other."""

    bars: tuple[Bar, ...]
    height: int
    kind: str = "bar"


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One month of a line."""

    label: str
    text: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class LineChart:
    """A line through the months; a month without a figure breaks it."""

    points: tuple[Point, ...]
    paths: tuple[str, ...]
    labels: tuple[Point, ...]  # where month names stand below the axis
    height: int
    kind: str = "line"


def chart_of(table: Table) -> BarChart | LineChart | None:
    """Work out a table's chart; None when it has none or nothing to show."""
    if table.chart is None or not any(_number(value) for value in _values(table)):
        return None
    return _bars(table) if table.chart is Chart.BAR else _line(table)


def headline(table: Table) -> str:
    """Say the finding of a chart in a sentence; empty when no row stands out."""
    if table.chart is not Chart.BAR:
        return ""
    parts = [
        (int(value), str(row[0]))
        for row_id, row, value in zip(table.row_ids, table.rows, _values(table), strict=True)
        if row_id not in (ALL, NONE) and isinstance(value, int)
    ]
    ranked = sorted(parts, reverse=True)
    if not ranked or not ranked[0][0] or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return ""
    number, label = ranked[0]
    return f"{label}: {number:,} {'message' if number == 1 else 'messages'}, the most of any"


def _bars(table: Table) -> BarChart:
    labels = without_prefix([str(row[0]) for row in table.rows])
    shown = [
        (label, value)
        for row_id, label, value in zip(table.row_ids, labels, _values(table), strict=True)
        if row_id != ALL
    ]
    most = max((_number(value) for _, value in shown), default=0)
    bars = tuple(
        Bar(
            lines=tuple(wrap(label, _LABEL, max_lines=2, placeholder=" …")),
            text=_text(value),
            y=GAP + place * (BAR + GAP),
            length=round((WIDTH - LEFT - 70) * _number(value) / most, 1) if most else 0.0,
        )
        for place, (label, value) in enumerate(shown)
    )
    return BarChart(bars=bars, height=GAP + len(bars) * (BAR + GAP))


def _line(table: Table) -> LineChart:
    values = _values(table)
    most = max(map(_number, values)) or 1
    step = (WIDTH - 80) / max(1, len(values) - 1)
    places = [
        (round(40 + place * step, 1), round(20 + PLOT_HEIGHT * (1 - _number(value) / most), 1))
        for place, value in enumerate(values)
    ]
    points = [
        Point(label=_short(str(row[0])), text=_text(value), x=x, y=y)
        for row, value, (x, y) in zip(table.rows, values, places, strict=True)
    ]
    known = [isinstance(value, int | float) for value in values]
    runs = [
        [p for p, _ in run]
        for is_known, run in groupby(zip(points, known, strict=True), lambda pair: pair[1])
        if is_known
    ]
    return LineChart(
        points=tuple(point for point, is_known in zip(points, known, strict=True) if is_known),
        paths=tuple(" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1),
        labels=tuple(points[::3] if len(points) > 7 else points),
        height=PLOT_HEIGHT + 60,
    )


def _values(table: Table) -> list[Cell]:
    place = table.column(table.chart_column)
    return [row[place] for row in table.rows]


def _number(value: Cell) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _text(value: Cell) -> str:
    return f"{value:,}" if isinstance(value, int) else cut(str(value), 12)


def _short(month: str) -> str:
    """Write "March 2011" as "Mar 2011"."""
    name, _, year = month.partition(" ")
    return f"{name[:3]} {year}"
