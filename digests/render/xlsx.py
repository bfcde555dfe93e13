"""The digest as an accessible workbook by gptables ("Releasing statistics in spreadsheets"), made to be inert.

pandas and gptables take more than a second to import and are known here alone.
"""

import io
import re
import warnings
from collections.abc import Sequence
from datetime import date, datetime
from math import ceil
from typing import Any

import pandas as pd

from digests.digest import Digest
from digests.render.cells import iso, london
from digests.render.cover import cover_lines, nothing_here
from digests.render.zipped import normalised
from digests.tables import Cell, Column, Kind, Shorthand, Table
from digests.words import sheet_text

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # gptables 2.0 leaves its theme's file to be closed by chance
    import gptables

_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.PERCENT: "0.0",
    Kind.DECIMAL: "0.0",
    Kind.RATIO: "0.00",
    Kind.DATE: "d mmmm yyyy",
    Kind.MOMENT: "d mmmm yyyy hh:mm",
    Kind.MESSAGE: "0",
}
_WIDTHS = {Kind.TEXT: 34, Kind.QUOTE: 70, Kind.DATE: 20, Kind.MOMENT: 24}
_OTHER_WIDTH = 15
_LINE, _HIGHEST_ROW = 15.75, 409.5  # points
_A4 = 9  # as Excel numbers papers
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_SIXTEEN_DIGITS = re.compile(rb"<v>(-?\d+\.\d{13,})</v>")
_FIRST_YEAR = 1900  # spreadsheets know no earlier day


def xlsx_bytes(digest: Digest) -> bytes:
    """Make the workbook: cover, table of contents, notes, one marked-up table a sheet."""
    out = io.BytesIO()
    tables = [table.head(digest.cover.statements_listed) for table in digest.tables]
    with warnings.catch_warnings():
        # gptables 2.0 uses what pandas 3 is going to remove; both are pinned.
        warnings.simplefilter("ignore")
        workbook = gptables.produce_workbook(
            filename=out,
            sheets={f"Table_{place}": _sheet(digest, table) for place, table in enumerate(tables, 1)},
            cover=_cover(digest),
            contentsheet_label="Table_of_contents",
            notes_table=_notes(digest, tables),
            auto_width={f"Table_{place}": False for place in range(1, len(tables) + 1)},
            workbook_options={"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        _set_widths(workbook, tables)
        _set_pages(workbook)
        workbook.set_properties(_properties(digest))
        workbook.close()
    sheets = {f"xl/worksheets/sheet{place}.xml": _as_written for place in range(1, len(tables) + 4)}
    return normalised(out.getvalue(), {"docProps/core.xml": _say_language, **sheets})


def _sheet(digest: Digest, table: Table) -> object:
    return gptables.GPTable(
        table=_frame(table),
        table_name=table.id.replace("-", "_"),
        title=f"{sheet_text(digest.numbered(table))} {_markers(table)}",
        subtitles=["This worksheet contains one table. Notes are on the Notes worksheet."],
        instructions=table.cut_note or table.adding_up or "Each row stands for itself.",
        source=sheet_text(digest.cover.source),
        legend=list(_shown(table).legend),
        index_columns={2: 0},
        additional_formatting=_formats(table),
    )


def _markers(table: Table) -> str:
    return "".join(f"$${note}$$" for note in table.notes)


def _shown(table: Table) -> Table:
    """Give the table, or one with a row that says that there is none: gptables takes no empty table."""
    return table if table.rows else _with_empty_row(table)


def _with_empty_row(table: Table) -> Table:
    row = (nothing_here(table), *[Shorthand.NOT_APPLICABLE] * (len(table.columns) - 1))
    return Table(id=table.id, title=table.title, columns=table.columns, rows=(row,))


def _frame(table: Table) -> pd.DataFrame:
    rows = [[_cell(cell) for cell in row] for row in _shown(table).rows]
    return pd.DataFrame(rows, columns=_headings(table.columns), dtype=object)


def _headings(columns: Sequence[Column]) -> list[str]:
    """Give the headings; gptables wants each to differ from the others."""
    titles = [column.title for column in columns]
    return [f"{t} ({c.id})" if titles.count(t) > 1 else t for t, c in zip(titles, columns, strict=True)]


def _cell(cell: Cell) -> object:
    """Give a typed cell; London time stands without its zone, which no sheet can hold: the heading says it."""
    if isinstance(cell, datetime):
        local = london(cell).replace(tzinfo=None)
        return local if local.year >= _FIRST_YEAR else iso(cell)
    if isinstance(cell, date):
        return cell if cell.year >= _FIRST_YEAR else iso(cell)
    return sheet_text(cell) if isinstance(cell, str) else cell


def _formats(table: Table) -> list[dict[str, dict[str, object]]]:
    described = []
    for place, column in enumerate(table.columns):
        wanted: dict[str, object] = {"text_wrap": True, "valign": "top"}
        if column.kind in _FORMATS:
            wanted |= {"num_format": _FORMATS[column.kind], "align": "right"}
        described.append({"column": {"columns": [place], "format": wanted, "include_names": False}})
    return described


def _set_widths(workbook: object, tables: Sequence[Table]) -> None:
    for place, table in enumerate(tables, 1):
        sheet = workbook.get_worksheet_by_name(f"Table_{place}")  # type: ignore[attr-defined]  # gptables has no types
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, _width(column))
        _set_heights(sheet, _shown(table))


def _set_heights(sheet: Any, table: Table) -> None:
    """Make rows high enough for text that wraps: Excel does that by itself, LibreOffice writes over the next."""
    lines = [_headings(table.columns), *table.rows]
    for number, cells in enumerate(lines, sheet.dim_rowmax - len(table.rows)):
        most = max(_lines(cell, column) for cell, column in zip(cells, table.columns, strict=True))
        if most > 1:
            sheet.set_row(number, min(_HIGHEST_ROW, _LINE * most))


def _width(column: Column) -> int:
    return _WIDTHS.get(column.kind, _OTHER_WIDTH)


def _lines(cell: Cell, column: Column) -> int:
    """Guess the lines that a text takes, rather too many than too few: columns are measured in narrower letters."""
    return ceil(len(cell) / (_width(column) * 0.8)) if isinstance(cell, str) else 1


def _set_pages(workbook: object) -> None:
    """Print landscape on A4 and one page wide, so that no column stands on another sheet of paper than its row."""
    for sheet in workbook.worksheets():  # type: ignore[attr-defined]  # gptables has no types
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)


def _notes(digest: Digest, tables: Sequence[Table]) -> pd.DataFrame:
    used = dict.fromkeys(note for table in tables for note in table.notes)
    return pd.DataFrame(
        [[note, sheet_text(digest.note(note).text)] for note in used], columns=["Note reference", "Note text"]
    )


def _cover(digest: Digest) -> object:
    lines = [(line.label, sheet_text(line.text)) for line in cover_lines(digest)]
    contact = [_mail_link(text) for label, text in lines if label in ("Publisher", "Contact")]
    return gptables.Cover(
        title=sheet_text(digest.cover.title),
        intro=[digest.note("users").text, digest.note("counted").text],
        about=[f"{label}: {text}" for label, text in lines if label not in ("Publisher", "Contact")],
        contact=contact,
    )


def _mail_link(text: str) -> str:
    """Make a link of what is an address and nothing else."""
    return f"[{text}](mailto:{text})" if _ADDRESS.fullmatch(text) else text


def _properties(digest: Digest) -> dict[str, object]:
    cover = digest.cover
    return {
        "title": cover.title,
        "author": cover.organisation,
        "company": cover.organisation,
        "subject": "User engagement",
        "keywords": "users, uses, statistics",
        "created": datetime(cover.made_on.year, cover.made_on.month, cover.made_on.day),  # noqa: DTZ001 - a bare date
    }


def _as_written(sheet: bytes) -> bytes:
    """Write 8.3 as 8.3: XlsxWriter's sixteen digits make 8.300000000000001 of it, which reads as another number."""
    return _SIXTEEN_DIGITS.sub(lambda found: b"<v>%s</v>" % f"{float(found[1]):.15G}".encode(), sheet)


def _say_language(core: bytes) -> bytes:
    """Set the document's language (WCAG 3.1.1), which XlsxWriter cannot."""
    return core.replace(b"</cp:coreProperties>", b"<dc:language>en-GB</dc:language></cp:coreProperties>")
