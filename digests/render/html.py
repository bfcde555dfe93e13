"""The digest as one page that needs nothing but itself: styles inlined, charts as SVG, no script."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from digests.counting.figures import TRACED
from digests.digest import Digest, Edition
from digests.disclosure.window import OVER_MONTHS
from digests.render import charts
from digests.render.cells import spoken
from digests.render.cover import cover_lines, nothing_here
from digests.tables import Kind, Note, Table
from digests.words import cut

_FOLDER = Path(__file__).parents[1]
_LINKED = (*TRACED, *OVER_MONTHS)
_NUMERIC = (Kind.COUNT, Kind.PERCENT, Kind.DECIMAL, Kind.RATIO)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownCell:
    """A cell as the page shows it."""

    text: str
    numeric: bool
    quote: bool
    date: bool
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A table with all that stands around it on the page."""

    table: Table
    title: str
    number: str
    headline: str
    chart: charts.BarChart | charts.LineChart | None
    said: tuple[str, ...]
    nothing: str
    rows: tuple[tuple[ShownCell, ...], ...]
    notes: tuple[Note, ...]


def html_bytes(digest: Digest) -> bytes:
    """Make the page."""
    page = environment().get_template("digest.html.jinja")
    return page.render(
        digest=digest,
        cover=digest.cover,
        internal=digest.edition is Edition.INTERNAL,
        lines=cover_lines(digest),
        parts=[_part(digest, table) for table in digest.tables],
        numeric=[kind.value for kind in _NUMERIC],
        sizes=charts,
        css=styles(),
    ).encode()


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Give the templates: all escape what they are given."""
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def styles() -> Markup:
    """Give the style sheets, which are our own files and need no escaping."""
    sheets = [(_FOLDER / "static" / name).read_text(encoding="utf-8") for name in ("digest.css", "own.css")]
    return Markup("\n".join(sheets))  # noqa: S704 - our own files


def _part(digest: Digest, table: Table) -> Part:
    shown = table.head(digest.cover.statements_listed)
    title = digest.numbered(table)
    return Part(
        table=shown,
        title=title,
        number=title.partition(":")[0].lower(),
        headline=charts.headline(shown),
        chart=charts.chart_of(shown),
        said=tuple(text for text in (shown.summary, shown.cut_note, shown.adding_up, *shown.legend) if text),
        nothing=nothing_here(shown),
        rows=tuple(_row(digest, shown, line) for line in range(len(shown.rows))),
        notes=tuple(digest.note(note) for note in shown.notes),
    )


def _row(digest: Digest, table: Table, line: int) -> tuple[ShownCell, ...]:
    return tuple(_cell(digest, table, line, place) for place in range(len(table.columns)))


def _cell(digest: Digest, table: Table, line: int, place: int) -> ShownCell:
    column, cell = table.columns[place], table.rows[line][place]
    text = cut(spoken(cell, column.kind))
    return ShownCell(
        text=f"Message {text}" if column.kind is Kind.MESSAGE else text,
        numeric=column.kind in _NUMERIC,
        quote=column.kind is Kind.QUOTE,
        date=column.kind in (Kind.DATE, Kind.MESSAGE),
        link=_link(digest, table, line, place),
    )


def _link(digest: Digest, table: Table, line: int, place: int) -> str:
    """Give where a number's messages are listed, or where a message stands; empty where the options name no page."""
    cover, column = digest.cover, table.columns[place]
    if column.kind is Kind.MESSAGE:
        return cover.message_link.replace("{id}", str(table.rows[line][place]))
    counted = column.kind is Kind.COUNT and isinstance(table.rows[line][place], int) and table.rows[line][place]
    if not (cover.number_link and counted and table.id in _LINKED and table.id not in cover.untraced):
        return ""
    names = {
        "month": cover.month,
        "issue": str(cover.issue),
        "account": digest.account,
        "table": table.id,
        "row": table.row_ids[line],
        "column": column.id,
    }
    link = cover.number_link
    for name, text in names.items():
        link = link.replace(f"{{{name}}}", quote(text, safe=""))
    return link
