"""The digest as one JSON file, whole: cover, tables with their notes, definitions."""

import json
from dataclasses import asdict
from datetime import date

from digests.digest import Digest, Edition
from digests.render.cells import iso
from digests.tables import Cell, Table

_INSIDE = ("coverage", "counted", "pending", "message_link", "number_link")


def json_bytes(digest: Digest) -> bytes:
    """Write the digest; a number is a number, a suppressed one its shorthand."""
    cover = {key: _plain(value) for key, value in asdict(digest.cover).items()}
    if digest.edition is Edition.PUBLIC:
        cover = {key: value for key, value in cover.items() if key not in _INSIDE}
    whole = {
        "edition": digest.edition.value,
        "account": digest.account,
        "cover": cover,
        "notes": {note.id: note.text for note in digest.notes},
        "tables": [_table(digest, table) for table in digest.tables],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _table(digest: Digest, table: Table) -> dict[str, object]:
    names = [column.id for column in table.columns]
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
        "rows": [dict(zip(names, map(_cell, row), strict=True)) for row in table.rows],
    }


def _cell(cell: Cell) -> str | int | float:
    return cell if isinstance(cell, int | float) else iso(cell)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
