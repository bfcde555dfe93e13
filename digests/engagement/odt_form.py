"""The pro forma as an OpenDocument text."""

from collections.abc import Iterable

from digests.engagement.form import HEADINGS, ProForma
from digests.render.odt_text import heading, odt_text, paragraph, table

_STYLES = (
    '<style:style style:name="Form_cell" style:family="table-cell"><style:table-cell-properties '
    'fo:border="0.5pt solid #000000" fo:padding="0.15cm"/></style:style>',
    '<style:style style:name="Form_question" style:family="table-column"><style:table-column-properties '
    'style:column-width="6cm" style:rel-column-width="6*"/></style:style>',
    '<style:style style:name="Form_answer" style:family="table-column"><style:table-column-properties '
    'style:column-width="11cm" style:rel-column-width="11*"/></style:style>',
)


def form_as_odt(form: ProForma) -> bytes:
    """Make the document: a table of questions, with room for answers."""
    return odt_text(_parts(form), title=form.title, creator=form.organisation, made_on=form.made_on, styles=_STYLES)


def _parts(form: ProForma) -> Iterable[str]:
    yield heading(1, form.title)
    for text in form.lead:
        yield paragraph(text)
    rows = [[[field.question], [field.answer]] for field in form.fields]
    yield table("Pro_forma", HEADINGS, rows, columns=("Form_question", "Form_answer"), cell="Form_cell")
