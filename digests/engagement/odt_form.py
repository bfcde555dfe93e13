"""The pro forma as an OpenDocument text by odfdo."""

import io
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from odfdo import Document, Element

from digests.engagement.form import HEADINGS, ProForma
from digests.render.zipped import normalised

_STYLES = (
    '<style:style style:name="Form_cell" style:family="table-cell"><style:table-cell-properties '
    'fo:border="0.5pt solid #000000" fo:padding="0.15cm"/></style:style>',
    '<style:style style:name="Form_question" style:family="table-column"><style:table-column-properties '
    'style:column-width="6cm" style:rel-column-width="6*"/></style:style>',
    '<style:style style:name="Form_answer" style:family="table-column"><style:table-column-properties '
    'style:column-width="11cm" style:rel-column-width="11*"/></style:style>',
)


def form_as_odt(form: ProForma) -> bytes:
    """Make the document: title and language set, a header row that repeats."""
    document = Document("text")
    document.body.clear()
    _describe(document, form)
    for style in _STYLES:
        document.insert_style(style, automatic=True)
    document.body.append(
        Element.from_tag(f'<text:h text:style-name="Heading_20_1" text:outline-level="1">{escape(form.title)}</text:h>')
    )
    for text in form.lead:
        document.body.append(Element.from_tag(_paragraph(text, "Text_20_body")))
    document.body.append(Element.from_tag(_table(form)))
    out = io.BytesIO()
    document.save(out, pretty=False)
    return normalised(out.getvalue())


def _describe(document: Document, form: ProForma) -> None:
    meta = document.meta
    meta.title, meta.language, meta.creator = form.title, "en-GB", form.organisation
    meta.creation_date = meta.date = datetime(form.made_on.year, form.made_on.month, form.made_on.day, tzinfo=UTC)
    document.set_language("en-GB")


def _table(form: ProForma) -> str:
    rows = "".join(_row((field.question, field.answer), "Table_20_Contents") for field in form.fields)
    return (
        '<table:table table:name="Pro_forma"><table:table-column table:style-name="Form_question"/>'
        '<table:table-column table:style-name="Form_answer"/>'
        f"<table:table-header-rows>{_row(HEADINGS, 'Table_20_Heading')}</table:table-header-rows>{rows}</table:table>"
    )


def _row(texts: tuple[str, str], style: str) -> str:
    cells = (
        f'<table:table-cell table:style-name="Form_cell" office:value-type="string">{_paragraph(text, style)}'
        "</table:table-cell>"
        for text in texts
    )
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _paragraph(text: str, style: str) -> str:
    return f'<text:p text:style-name="{style}">{escape(text)}</text:p>'
