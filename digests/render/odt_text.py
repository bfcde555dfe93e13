"""The pieces that OpenDocument texts are written of: headings, paragraphs, tables whose header row repeats."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape

from odfdo import Document, Element

from digests.render.zipped import normalised


def odt_text(parts: Iterable[str], *, title: str, creator: str, made_on: date, styles: Iterable[str] = ()) -> bytes:
    """Make a document of its parts; title and language are set, and equal content makes equal bytes."""
    document = Document("text")
    document.body.clear()
    meta = document.meta
    meta.title, meta.language, meta.creator = title, "en-GB", creator
    meta.creation_date = meta.date = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    document.set_language("en-GB")
    for style in styles:
        document.insert_style(style, automatic=True)
    for part in parts:
        document.body.append(Element.from_tag(part))
    out = io.BytesIO()
    document.save(out, pretty=False)
    return normalised(out.getvalue())


def heading(level: int, text: str) -> str:
    """Write a heading."""
    return f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{escape(text)}</text:h>'


def paragraph(text: str, style: str = "Text_20_body") -> str:
    """Write a paragraph."""
    return f'<text:p text:style-name="{style}">{escape(text)}</text:p>'


def table(
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Sequence[str]]],
    *,
    columns: Sequence[str] = (),
    cell: str = "",
) -> str:
    """Write a table; a cell holds one paragraph or several. `columns` and `cell` name styles of one's own."""
    widths = "".join(f'<table:table-column table:style-name="{style}"/>' for style in columns)
    plain = f'<table:table-column table:number-columns-repeated="{len(header)}"/>'
    head = _row([[title] for title in header], "Table_20_Heading", cell)
    body = "".join(_row(row, "Table_20_Contents", cell) for row in rows)
    return (
        f'<table:table table:name="{name}">{widths or plain}<table:table-header-rows>{head}</table:table-header-rows>'
        f"{body}</table:table>"
    )


def _row(cells: Sequence[Sequence[str]], style: str, cell_style: str) -> str:
    named = f' table:style-name="{cell_style}"' if cell_style else ""
    written = ("".join(paragraph(text, style) for text in cell) for cell in cells)
    filled = (f'<table:table-cell{named} office:value-type="string">{cell}</table:table-cell>' for cell in written)
    return f"<table:table-row>{''.join(filled)}</table:table-row>"
