"""The digest as one JSON file, whole: cover, tables with their notes, definitions."""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from digests.digest import Digest, Edition
from digests.render.cells import iso
from digests.tables import Cell, Table

_INSIDE = ("coverage", "counted", "pending", "message_link", "number_link", "untraced")


def json_bytes(digest: Digest) -> bytes:
    """Write the digest, a row a line; a number is a number, a suppressed one its shorthand.

    Row by row: the standard library's encoder would hold a large month several times over.
    """
    out = io.BytesIO()
    out.write(f'{_json(_head(digest))[:-1]},\n"tables": [\n'.encode())
    for place, table in enumerate(digest.tables):
        out.write(b",\n" if place else b"")
        for piece in _pieces(digest, table):
            out.write(piece.encode())
    out.write(b"\n]}\n")
    return out.getvalue()


def _head(digest: Digest) -> dict[str, object]:
    cover = {key: _plain(value) for key, value in asdict(digest.cover).items()}
    if digest.edition is Edition.PUBLIC:
        cover = {key: value for key, value in cover.items() if key not in _INSIDE}
    return {
        "edition": digest.edition.value,
        "account": digest.account,
        "cover": cover,
        "notes": {note.id: note.text for note in digest.notes},
    }


def _pieces(digest: Digest, table: Table) -> Iterator[str]:
    """Give a table's JSON piece by piece, its rows last."""
    names = [column.id for column in table.columns]
    yield f'{_json(_table(digest, table))[:-1]}, "rows": ['
    for place, row in enumerate(table.rows):
        yield f"{',' if place else ''}\n{_json(dict(zip(names, map(_cell, row), strict=True)))}"
    yield "]}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _table(digest: Digest, table: Table) -> dict[str, object]:
    return {
        "id": table.id,
        "title": digest.numbered(table),
        "short_title": table.title,
        "summary": table.summary,
        "period_in_title": table.own_period,
        "is_list": table.is_list,
        "chart": [table.chart.value, table.chart_column] if table.chart else None,
        "notes": list(table.notes),
        "shorthand": list(table.legend),
        "rows_overlap": table.overlapping,
        "last_row_is_total": table.has_total,
        "columns": [
            {"id": column.id, "title": column.title, "kind": column.kind.value, "description": column.description}
            for column in table.columns
        ],
        "row_ids": list(table.row_ids),
    }


def _cell(cell: Cell) -> str | int | float:
    return cell if isinstance(cell, int | float) else iso(cell)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
