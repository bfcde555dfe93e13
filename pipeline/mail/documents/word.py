"""Word documents (.docx) by python-docx, walked as XML: its own `text` leaves out content controls, which forms are."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document

from pipeline.mail.documents.lines import Gathered

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_DEPTH = 12


def read_word(octets: bytes, out: Gathered) -> None:
    """Gather the paragraphs and table rows of a document in reading order."""
    _read_blocks(Document(BytesIO(octets)).element.body, out, 0)


def _read_blocks(parent: Any, out: Gathered, depth: int) -> None:
    for element in parent:
        if element.tag == _W + "p":
            for line in _text(element).split("\n"):
                out.add(line.strip())
        elif element.tag == _W + "tbl":
            _read_table(element, out)
        elif depth < _DEPTH:  # a content control, or tracked insertion, around blocks
            _read_blocks(element, out, depth + 1)


def _read_table(table: Any, out: Gathered) -> None:
    for row in table.iter(_W + "tr"):
        out.add_row(_text(cell) for cell in _cells(row))


def _cells(row: Any) -> Iterator[Any]:
    for element in row:
        if element.tag == _W + "tc":
            yield element
        elif element.tag == _W + "sdt":
            yield from element.iter(_W + "tc")


def _text(element: Any) -> str:
    """Give the text of an element; text boxes are written twice in the file, and read once."""
    pieces: list[str] = []
    for child in element:
        if child.tag == _W + "t":
            pieces.append(child.text or "")
        elif child.tag in _TEXT:
            pieces.append(_TEXT[child.tag])
        elif child.tag not in (_FALLBACK, _W + "pPr", _W + "rPr"):
            pieces.append(_text(child))
            if child.tag == _W + "p":
                pieces.append(" ")
    return "".join(pieces)
