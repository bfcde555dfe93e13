"""The digest as an OpenDocument spreadsheet by odfdo: the format that the guidance recommends for people.

Each sheet holds one table with a marked header row and a named range. odfdo makes the document, its styles and its
properties; the sheets are put into it as XML, since odfdo's `append_row` takes time by the square of their number and
its `append` by the number of namespaces.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape, quoteattr

from odfdo import Document

from digests.digest import Digest
from digests.render.cells import iso, london, spoken
from digests.render.cover import cover_lines, nothing_here
from digests.render.zipped import normalised
from digests.tables import Cell, Column, Kind, Shorthand, Table
from digests.words import sheet_text

_STYLES = {
    "Heading_20_1": ("16pt", "bold"),
    "Above": ("12pt", "normal"),  # what stands over a table runs over the columns to its right
    "Column_20_heading": ("12pt", "bold"),
    "Body": ("12pt", "normal"),
}
_ENDS = {"Number_20_heading": "bold", "Mark": "normal"}  # what stands over numbers, or in the place of one
_WIDTHS = {Kind.TEXT: "7cm", Kind.QUOTE: "13cm", Kind.DATE: "4cm", Kind.MOMENT: "5cm"}
_OTHER_WIDTH = "3.2cm"
_WIDE = "24cm"
_PAGE = b'<style:page-layout style:name="Mpm1"><style:page-layout-properties style:writing-mode="lr-tb"/>'
_WIDE_PAGE = (
    b'<style:page-layout style:name="Mpm1"><style:page-layout-properties style:writing-mode="lr-tb" '
    b'fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape" '
    b'style:scale-to-X="1" style:scale-to-Y="0"/>'
)
_NUMBER_STYLES = {
    Kind.COUNT: "Whole",
    Kind.PERCENT: "Decimal",
    Kind.DECIMAL: "Decimal",
    Kind.RATIO: "Ratio",
    Kind.MESSAGE: "Plain",
}


def ods_bytes(digest: Digest) -> bytes:
    """Make the spreadsheet: cover, table of contents, notes, one table a sheet."""
    document = Document("spreadsheet")
    document.body.clear()
    _describe(document, digest)
    _add_styles(document)
    out = io.BytesIO()
    document.save(out, pretty=False)
    return normalised(
        out.getvalue(), {"content.xml": lambda content: _filled(content, digest), "styles.xml": _printed_wide}
    )


def _printed_wide(styles: bytes) -> bytes:
    """Print landscape on A4 and one page wide, so that no column stands on another sheet of paper than its row."""
    start, usual, end = styles.partition(_PAGE)
    if not usual:
        raise RuntimeError("odfdo lays the pages of a spreadsheet out otherwise than it did")
    return b"".join((start, _WIDE_PAGE, end))


def _filled(content: bytes, digest: Digest) -> bytes:
    """Put the sheets into the empty document."""
    start, empty, end = content.partition(b"<office:spreadsheet/>")
    if not empty:
        raise RuntimeError("odfdo writes a spreadsheet without sheets otherwise than it did")
    sheets = "".join(_sheets(digest)).encode()
    return b"".join((start, b"<office:spreadsheet>", sheets, b"</office:spreadsheet>", end))


def _sheets(digest: Digest) -> Iterator[str]:
    tables = [table.head(digest.cover.statements_listed) for table in digest.tables]
    yield _cover_sheet(digest)
    yield _contents_sheet(digest, tables)
    yield _notes_sheet(digest, tables)
    ranges = []
    for place, table in enumerate(tables, 1):
        sheet, named = _table_sheet(digest, table, f"Table_{place}")
        yield sheet
        ranges.append(named)
    yield f"<table:database-ranges>{''.join(ranges)}</table:database-ranges>"


def _describe(document: Document, digest: Digest) -> None:
    cover = digest.cover
    made = datetime(cover.made_on.year, cover.made_on.month, cover.made_on.day, tzinfo=UTC)
    meta = document.meta
    meta.title, meta.language, meta.creator = cover.title, "en-GB", cover.organisation
    meta.creation_date = meta.date = made
    document.set_language("en-GB")


def _add_styles(document: Document) -> None:
    for name, (size, weight) in _STYLES.items():
        document.insert_style(_cell_style(name, size, weight))
    for name, weight in _ENDS.items():
        document.insert_style(_cell_style(name, "12pt", weight))
    for name, places, grouped in (
        ("Whole", 0, "true"),
        ("Plain", 0, "false"),
        ("Decimal", 1, "true"),
        ("Ratio", 2, "true"),
    ):
        shape = f'number:decimal-places="{places}" number:grouping="{grouped}" number:min-integer-digits="1"'
        _data_style(
            document, name, f'<number:number-style style:name="N{name}"><number:number {shape}/></number:number-style>'
        )
    day = '<number:day/><number:text> </number:text><number:month number:style="long" number:textual="true"/>'
    year = '<number:text> </number:text><number:year number:style="long"/>'
    clock = '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
    minutes = '<number:minutes number:style="long"/>'
    _data_style(document, "Day", f'<number:date-style style:name="NDay">{day}{year}</number:date-style>')
    _data_style(
        document, "Moment", f'<number:date-style style:name="NMoment">{day}{year}{clock}{minutes}</number:date-style>'
    )
    for width in sorted({_WIDE, _OTHER_WIDTH, *_WIDTHS.values()}):
        document.insert_style(
            f'<style:style style:name="{_width_style(width)}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}"/></style:style>',
            automatic=True,
        )


def _data_style(document: Document, name: str, style: str) -> None:
    document.insert_style(style, automatic=True)
    document.insert_style(_cell_style(name, "12pt", "normal", f"N{name}"), automatic=True)


def _cell_style(name: str, size: str, weight: str, data_style: str = "") -> str:
    data = f' style:data-style-name="{data_style}"' if data_style else ""
    align = '<style:paragraph-properties fo:text-align="end"/>' if data_style or name in _ENDS else ""
    shown = name.replace("_20_", " ")
    wrap = "no-wrap" if name in ("Heading_20_1", "Above") else "wrap"
    return (
        f'<style:style style:name="{name}" style:display-name="{shown}" style:family="table-cell"{data}>'
        f'<style:table-cell-properties fo:wrap-option="{wrap}" style:vertical-align="top"/>'
        f"{align}"
        f'<style:text-properties fo:font-family="Arial" fo:font-size="{size}" fo:font-weight="{weight}"/></style:style>'
    )


def _width_style(width: str) -> str:
    return f"w{width.replace('.', '-')}"


def _cover_sheet(digest: Digest) -> str:
    facts = [(f"{line.label}: {line.text}", "Body") for line in cover_lines(digest)]
    lines = [
        (digest.cover.title, "Heading_20_1"),
        (digest.note("users").text, "Body"),
        (digest.note("counted").text, "Body"),
        *facts,
    ]
    return _sheet("Cover", [_WIDE], [_row([_text(sheet_text(text), style)]) for text, style in lines])


def _contents_sheet(digest: Digest, tables: Sequence[Table]) -> str:
    rows = [
        _row([_link(f"Table_{place}"), _text(sheet_text(digest.numbered(table)), "Body")])
        for place, table in enumerate(tables, 1)
    ]
    above = [
        _row([_text("Table of contents", "Heading_20_1")]),
        _row([_text("This worksheet contains one table.", "Body")]),
    ]
    head = _header_row([_text("Sheet name", "Column_20_heading"), _text("Table description", "Column_20_heading")])
    return _sheet("Table_of_contents", [_OTHER_WIDTH, _WIDE], [*above, head, *rows])


def _notes_sheet(digest: Digest, tables: Sequence[Table]) -> str:
    numbers = _note_numbers(tables)
    rows = [
        _row([_number(number, "Plain"), _text(sheet_text(digest.note(note).text), "Body")])
        for note, number in numbers.items()
    ]
    above = [_row([_text("Notes", "Heading_20_1")]), _row([_text("This worksheet contains one table.", "Body")])]
    head = _header_row([_text("Note number", "Column_20_heading"), _text("Note text", "Column_20_heading")])
    return _sheet("Notes", [_OTHER_WIDTH, _WIDE], [*above, head, *rows])


def _note_numbers(tables: Sequence[Table]) -> dict[str, int]:
    used = dict.fromkeys(note for table in tables for note in table.notes)
    return {note: number for number, note in enumerate(used, 1)}


def _table_sheet(digest: Digest, table: Table, name: str) -> tuple[str, str]:
    """Make the sheet of a table, and the named range that marks the table."""
    numbers = _note_numbers(digest.tables)
    marks = "".join(f"[note {numbers[note]}]" for note in table.notes)
    rows = table.rows or ((nothing_here(table), *[Shorthand.NOT_APPLICABLE] * (len(table.columns) - 1)),)
    legend = table.legend if table.rows else ("[z] = not applicable",)
    above = [
        "This worksheet contains one table. Notes are on the Notes worksheet.",
        *(text for text in (table.summary, table.cut_note, table.adding_up, *legend) if text),
        digest.cover.source,
    ]
    lines = [
        _row([_text(f"{sheet_text(digest.numbered(table))} {marks}", "Heading_20_1")]),
        *(_row([_text(sheet_text(text), "Above")]) for text in above),
        _header_row([_text(column.title, _heading_style(column)) for column in table.columns]),
        *(_row(_cells(table.columns, row)) for row in rows),
    ]
    first, last = len(above) + 2, len(lines)
    corner = _column_letters(len(table.columns))
    named = (
        f'<table:database-range table:name="{table.id.replace("-", "_")}" table:contains-header="true" '
        f'table:target-range-address="{name}.A{first}:{name}.{corner}{last}"/>'
    )
    return _sheet(name, [_WIDTHS.get(column.kind, _OTHER_WIDTH) for column in table.columns], lines), named


def _sheet(name: str, widths: Sequence[str], rows: Iterable[str]) -> str:
    columns = "".join(f'<table:table-column table:style-name="{_width_style(width)}"/>' for width in widths)
    return f'<table:table table:name="{name}">{columns}{"".join(rows)}</table:table>'


def _cells(columns: Sequence[Column], row: Sequence[Cell]) -> list[str]:
    return [_cell(column, cell) for column, cell in zip(columns, row, strict=True)]


def _cell(column: Column, cell: Cell) -> str:
    if isinstance(cell, datetime):
        return _date(f"{london(cell):%Y-%m-%dT%H:%M:%S}", spoken(cell, column.kind), "Moment")
    if isinstance(cell, date):
        return _date(iso(cell), spoken(cell, column.kind), "Day")
    if isinstance(cell, str):
        return _text(sheet_text(cell), "Mark" if column.kind in _NUMBER_STYLES else "Body")
    return _number(cell, _NUMBER_STYLES.get(column.kind, "Plain"))


def _heading_style(column: Column) -> str:
    return "Number_20_heading" if column.kind in _NUMBER_STYLES else "Column_20_heading"


def _row(cells: Sequence[str]) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _header_row(cells: Sequence[str]) -> str:
    return f"<table:table-header-rows>{_row(cells)}</table:table-header-rows>"


def _text(text: str, style: str) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:style-name="{style}"><text:p>{escape(text)}</text:p>'
        "</table:table-cell>"
    )


def _number(value: float, style: str) -> str:
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}" table:style-name="{style}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def _date(value: str, shown: str, style: str) -> str:
    return (
        f'<table:table-cell office:value-type="date" office:date-value="{value}" table:style-name="{style}">'
        f"<text:p>{escape(shown)}</text:p></table:table-cell>"
    )


def _link(sheet: str) -> str:
    target = quoteattr(f"#{sheet}.A1")
    return (
        '<table:table-cell office:value-type="string" table:style-name="Body"><text:p>'
        f'<text:a xlink:type="simple" xlink:href={target}>{escape(sheet)}</text:a></text:p></table:table-cell>'
    )


def _column_letters(number: int) -> str:
    """Name a column as sheets do: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
