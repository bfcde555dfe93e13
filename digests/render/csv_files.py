"""One CSV file a table, and the data dictionary for them all (CSV on the Web, https://www.w3.org/TR/tabular-metadata/).

RFC 4180: commas, CRLF, UTF-8 without a byte order mark, since CSV is for machines. All text is quoted, so that no
separator of another country splits it; text that a spreadsheet would take for a formula has an apostrophe before it.
"""

import csv
import io
import json

from digests.digest import Digest
from digests.render.cells import iso
from digests.render.names import METADATA, table_file
from digests.tables import Cell, Column, Kind, Shorthand, Table
from digests.words import csv_text

_DATATYPES: dict[Kind, object] = {
    Kind.TEXT: "string",
    Kind.QUOTE: "string",
    Kind.COUNT: "integer",
    Kind.PERCENT: "decimal",
    Kind.DECIMAL: "decimal",
    Kind.RATIO: "decimal",
    Kind.DATE: {"base": "date", "format": "yyyy-MM-dd"},
    Kind.MOMENT: "dateTime",
    Kind.MESSAGE: "integer",
}


def csv_files(digest: Digest) -> dict[str, bytes]:
    """Make every table's file, by name, and the data dictionary."""
    files = {table_file(digest, table): csv_bytes(table) for table in digest.tables}
    return {**files, METADATA: json.dumps(_dictionary(digest), indent=1, ensure_ascii=False).encode()}


def csv_bytes(table: Table) -> bytes:
    """Write a table whole: machine names in the first row, then every row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([column_name(column) for column in table.columns])
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode()


def column_name(column: Column) -> str:
    """Name a column for machines: letters, digits and underscores."""
    return column.id.replace("-", "_")


def _cell(cell: Cell) -> str | int | float:
    if isinstance(cell, str) and not isinstance(cell, Shorthand):
        return csv_text(cell)
    return cell if isinstance(cell, int | float) else iso(cell)


def _dictionary(digest: Digest) -> dict[str, object]:
    cover = digest.cover
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en-GB"}],
        "dc:title": cover.title,
        "dc:publisher": cover.organisation,
        "dc:temporal": f"{cover.first_day}/{cover.last_day}",
        "dc:description": (
            f"{cover.status.value.capitalize()} figures. Text that begins with =, +, - or @ has an apostrophe before "
            "it, which is not part of the text. Times are London times with their offset."
        ),
        "dialect": {"encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "tables": [_table(digest, table) for table in digest.tables],
    }


def _table(digest: Digest, table: Table) -> dict[str, object]:
    return {
        "url": table_file(digest, table),
        "dc:title": digest.numbered(table),
        "dc:description": " ".join(digest.note(note).text for note in table.notes),
        "tableSchema": {"columns": [_column(column) for column in table.columns]},
    }


def _column(column: Column) -> dict[str, object]:
    described: dict[str, object] = {
        "name": column_name(column),
        "titles": [column_name(column), column.title],
        "datatype": _DATATYPES[column.kind],
    }
    if column.description:
        described["dc:description"] = column.description
    if column.kind not in (Kind.TEXT, Kind.QUOTE):
        described["null"] = [mark.value for mark in Shorthand]
    return described
