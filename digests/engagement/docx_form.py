"""The pro forma as a Word document by python-docx: a table of questions, with room for answers."""

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from digests.engagement.form import HEADINGS, ProForma
from digests.render.zipped import normalised

_WIDTHS = (Cm(6), Cm(10))


def form_as_docx(form: ProForma) -> bytes:
    """Make the document: title and language set, a header row that repeats, no content controls to trip over."""
    document = Document()
    _describe(document, form)
    document.add_heading(form.title, level=1)
    for text in form.lead:
        document.add_paragraph(text)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    _mark_as_header(_add_row(table, HEADINGS, bold=(True, True)))
    for field in form.fields:
        _add_row(table, (field.question, field.answer), bold=(True, False))
    out = io.BytesIO()
    document.save(out)
    return normalised(out.getvalue())


def _describe(document: Any, form: ProForma) -> None:
    made = datetime(form.made_on.year, form.made_on.month, form.made_on.day, tzinfo=UTC)
    properties = document.core_properties
    properties.title, properties.author, properties.language = form.title, form.organisation, "en-GB"
    properties.last_modified_by, properties.comments = form.organisation, ""
    properties.created = properties.modified = made
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(12)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    style.element.get_or_add_rPr().append(language)


def _add_row(table: Any, texts: tuple[str, str], *, bold: tuple[bool, bool]) -> Any:
    row = table.add_row()
    for cell, text, is_bold, width in zip(row.cells, texts, bold, _WIDTHS, strict=True):
        cell.width = width
        cell.paragraphs[0].add_run(text).bold = is_bold
    return row


def _mark_as_header(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # python-docx has no name for it
