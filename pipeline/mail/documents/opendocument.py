"""OpenDocument texts and spreadsheets (.odt, .ods) by odfdo; what is repeated by number is not multiplied out."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from odfdo import Document

from pipeline.mail.documents.lines import Gathered

_BLOCKS = ("text:section", "text:list", "text:list-item", "text:list-header", "table:table-row-group", "office:text")
_GROUPS = ("table:table-row-group", "table:table-header-rows", "table:table-rows")
_DEPTH = 12
_COLUMNS = 60


def read_opendocument(octets: bytes, out: Gathered) -> None:
    """Gather the paragraphs and table rows of a text, or the rows of every sheet."""
    body = Document(BytesIO(octets)).body
    _read_blocks(body, out, 0)


def _read_blocks(parent: Any, out: Gathered, depth: int) -> None:
    for element in parent.children:
        if element.tag in ("text:p", "text:h"):
            out.add(_line(element))
        elif element.tag == "table:table":
            _read_rows(element, out, 0)
        elif element.tag in _BLOCKS and depth < _DEPTH:
            _read_blocks(element, out, depth + 1)


def _read_rows(table: Any, out: Gathered, depth: int) -> None:
    for element in table.children:
        if element.tag == "table:table-row":
            out.add_row(_cells(element))
        elif element.tag in _GROUPS and depth < _DEPTH:
            _read_rows(element, out, depth + 1)


def _cells(row: Any) -> Iterator[str]:
    """Give the cells of a row; an empty or equal cell that is repeated stands as often as it is told, within reason."""
    count = 0
    for cell in row.children:
        if not cell.tag.startswith("table:") or count >= _COLUMNS:
            continue
        text = " ".join(_line(child) for child in cell.children if child.tag in ("text:p", "text:h", "text:list"))
        for _ in range(_repeats(cell, _COLUMNS - count)):
            count += 1
            yield text


def _repeats(cell: Any, most: int) -> int:
    stated = str(cell.get_attribute("table:number-columns-repeated") or "1")
    return max(1, min(int(stated), most)) if stated.isdecimal() and len(stated) < 8 else 1


def _line(element: Any) -> str:
    return " ".join(str(element.text_recursive).split())
