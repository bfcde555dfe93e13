"""The pieces that OpenDocument texts are written of: headings, paragraphs, tables whose header row repeats."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape

from odfdo import Document, Element

from digests.render.zipped import normalised

_CELL = "Cell"
_FONT = 'fo:font-family="Arial" style:font-family-generic="swiss"'
_STYLES = (
    f'<style:style style:name="{_CELL}" style:family="table-cell"><style:table-cell-properties '
    'fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>',
    '<style:style style:name="Ruled" style:family="table"><style:table-properties fo:margin-top="0.2cm" '
    'fo:margin-bottom="0.5cm" table:align="margins"/></style:style>',
)


def _lettering(name: str, parent: str, points: int, *, bold: bool, above: str = "0cm", below: str = "0cm") -> str:
    """Write a paragraph's style: sans serif of a size that the guidance asks for, and room around it."""
    weight = "bold" if bold else "normal"
    return (
        f'<style:style style:name="{name}" style:display-name="{name.replace("_20_", " ")}" style:family="paragraph" '
        f'style:parent-style-name="{parent}"><style:paragraph-properties fo:margin-top="{above}" '
        f'fo:margin-bottom="{below}"/><style:text-properties {_FONT} fo:font-size="{points}pt" '
        f'fo:font-weight="{weight}" fo:font-style="normal"/></style:style>'
    )


_LETTERING = (
    _lettering("Text_20_body", "Standard", 12, bold=False, below="0.25cm"),
    _lettering("Table_20_Contents", "Standard", 11, bold=False),
    _lettering("Table_20_Heading", "Standard", 11, bold=True),
    _lettering("Heading_20_1", "Heading", 18, bold=True, below="0.3cm"),
    _lettering("Heading_20_2", "Heading", 14, bold=True, above="0.5cm", below="0.2cm"),
)


def odt_text(parts: Iterable[str], *, title: str, creator: str, made_on: date, styles: Iterable[str] = ()) -> bytes:
    """Make a document of its parts; title and language are set, and equal content makes equal bytes."""
    document = Document("text")
    document.body.clear()
    meta = document.meta
    meta.title, meta.language, meta.creator = title, "en-GB", creator
    meta.creation_date = meta.date = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    document.set_language("en-GB")
    for style in _LETTERING:
        document.insert_style(style)
    for style in (*_STYLES, *styles):
        document.insert_style(style, automatic=True)
    for part in parts:
        document.body.append(Element.from_tag(part))
    out = io.BytesIO()
    document.save(out, pretty=False)
    return normalised(out.getvalue())


def heading(level: int, text: str) -> str:
    """Write a heading, without the number that the template would put before it."""
    style = f'text:style-name="Heading_20_{level}" text:outline-level="{level}" text:is-list-header="true"'
    return f"<text:h {style}>{escape(text)}</text:h>"


def paragraph(text: str, style: str = "Text_20_body") -> str:
    """Write a paragraph."""
    return f'<text:p text:style-name="{style}">{escape(text)}</text:p>'


def table(
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Sequence[str]]],
    *,
    columns: Sequence[str] = (),
    cell: str = _CELL,
) -> str:
    """Write a table; a cell holds one paragraph or several. `columns` and `cell` name styles of one's own."""
    widths = "".join(f'<table:table-column table:style-name="{style}"/>' for style in columns)
    plain = f'<table:table-column table:number-columns-repeated="{len(header)}"/>'
    head = _row([[title] for title in header], "Table_20_Heading", cell)
    body = "".join(_row(row, "Table_20_Contents", cell) for row in rows)
    shown = f'<table:table table:name="{name}" table:style-name="Ruled">{widths or plain}'
    return f"{shown}<table:table-header-rows>{head}</table:table-header-rows>{body}</table:table>"


def _row(cells: Sequence[Sequence[str]], style: str, cell_style: str) -> str:
    named = f' table:style-name="{cell_style}"' if cell_style else ""
    written = ("".join(paragraph(text, style) for text in cell) for cell in cells)
    filled = (f'<table:table-cell{named} office:value-type="string">{cell}</table:table-cell>' for cell in written)
    return f"<table:table-row>{''.join(filled)}</table:table-row>"
