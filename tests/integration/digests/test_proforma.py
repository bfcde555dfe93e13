"""The pro forma's round trip: made, filled in, sent back by mail, and read field by field."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import docx
import odfdo
import pytest

from classifiers.forms import form_in
from classifiers.matching import Matchers
from classifiers.rulebook import load_rules
from classifiers.verdict import Dimension, StatementKind, ZoneKind
from digests.engagement.docx_form import form_as_docx
from digests.engagement.odt_form import form_as_odt
from digests.options import DigestOptions
from digests.proforma import QUESTIONS, draft_pro_forma, write_pro_forma
from pipeline.flow.reading import MessageReader, Reading, ReadingContext
from pipeline.mail.message import Origin, RawMessage

NOW = datetime(2011, 3, 1, 9, tzinfo=UTC)
FORM = draft_pro_forma(DigestOptions(contact="statshop@example.org"), data="Table 4 of the cohesion report", now=NOW)
ANSWERS = {
    "name": "Ann Example",
    "organisation": "Leeds City Council",
    "contact": "0113 496 0000",
    "use": "We monitor community cohesion in our neighbourhoods. Used for: the baseline of our area profiles.",
    "decision": "The cabinet agreed to move the youth fund to two wards. The purpose was made plain by your table.",
    "more": "The table came quickly: thank you.",
    "quote": "Yes",
    "again": "Yes, until 2012",
}
Fill = Callable[[bytes, Mapping[str, str]], bytes]


def fill_docx(octets: bytes, answers: Mapping[str, str]) -> bytes:
    """Type the answers in; a full stop begins a new paragraph, as people do."""
    document = docx.Document(io.BytesIO(octets))
    for row, (field, _) in zip(document.tables[0].rows[1:], QUESTIONS, strict=True):
        first, *others = answers.get(field, row.cells[1].text).split(". ")
        row.cells[1].text = first + ("." if others else "")
        for other in others:
            row.cells[1].add_paragraph(other)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def fill_odt(octets: bytes, answers: Mapping[str, str]) -> bytes:
    document = odfdo.Document(io.BytesIO(octets))
    rows = document.body.get_elements("//table:table-row")[1:]
    for row, (field, _) in zip(rows, QUESTIONS, strict=True):
        paragraph = row.get_elements("table:table-cell")[1].get_elements("text:p")[0]
        paragraph.text = answers.get(field, str(paragraph.text or ""))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORMATS = [
    pytest.param("docx", form_as_docx, fill_docx, id="docx"),
    pytest.param("odt", form_as_odt, fill_odt, id="odt"),
]


@pytest.fixture(scope="module")
def reader() -> MessageReader:
    return MessageReader(ReadingContext())


def returned(reader: MessageReader, ending: str, octets: bytes) -> Reading:
    """Send a document to the mailbox under a name that says nothing, and read the message."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ann Example <ann.example@leeds.gov.uk>", "StatShop@communities.gsi.gov.uk"
    mail["Subject"], mail["Date"] = "As requested", "Tue, 01 Mar 2011 10:00:00 +0000"
    mail["Message-ID"] = "<return@leeds.gov.uk>"
    mail.set_content("The form comes with this message.\n\nAnn\n")
    mail.add_attachment(octets, maintype="application", subtype="octet-stream", filename=f"document1.{ending}")
    raw = RawMessage(origin=Origin.ARCHIVE, account="", folder="", uidvalidity=0, uid=1, raw=mail.as_bytes())
    read = reader.read(raw, NOW)
    assert isinstance(read, Reading)
    return read


@pytest.mark.parametrize(("ending", "make", "fill"), FORMATS)
def test_a_return_is_read_as_a_pro_forma(
    reader: MessageReader, ending: str, make: Callable[..., bytes], fill: Fill
) -> None:
    verdict = returned(reader, ending, fill(make(FORM), ANSWERS)).verdict
    assert set(verdict.values(Dimension.CHANNEL)) == {"pro-forma", "usage-feedback"}
    assert verdict.values(Dimension.PRODUCT) == ("cohesion",)
    assert verdict.values(Dimension.USER_CATEGORY) == ("local-government",)
    assert verdict.values(Dimension.USE) == ("integration-cohesion",)
    assert {(one.kind, one.text) for one in verdict.statements} == {
        (StatementKind.USE, ANSWERS["use"]),
        (StatementKind.DECISION, ANSWERS["decision"]),
    }


@pytest.mark.parametrize(("ending", "make", "fill"), FORMATS)
def test_a_return_is_read_back_field_by_field(
    reader: MessageReader, ending: str, make: Callable[..., bytes], fill: Fill
) -> None:
    text = returned(reader, ending, fill(make(FORM), ANSWERS)).text
    form = form_in(Matchers(load_rules()).found(text))
    assert form is not None
    zone = text.zones[form.zone].text
    assert text.zones[form.zone].kind is ZoneKind.ATTACHMENT
    read = {
        field: [zone[one.start : one.end] for one in form.of(f"form-{field}")] for field in ("data", "use", "decision")
    }
    assert read["data"] == ["Table 4 of the cohesion report"]
    assert " ".join(read["use"]) == ANSWERS["use"]
    assert " ".join(read["decision"]) == ANSWERS["decision"]
    assert [zone[one.start : one.end] for one in form.of("form-who")] == [
        ANSWERS[id] for id in ("name", "organisation", "contact")
    ]
    assert [zone[one.start : one.end] for one in form.of("form-more")] == [
        ANSWERS[id] for id in ("more", "quote", "again")
    ]


@pytest.mark.parametrize(("ending", "make", "fill"), FORMATS)
def test_a_form_that_came_back_empty_states_nothing(
    reader: MessageReader, ending: str, make: Callable[..., bytes], fill: Fill
) -> None:
    verdict = returned(reader, ending, make(draft_pro_forma(DigestOptions(), now=NOW))).verdict
    assert verdict.statements == ()
    assert verdict.values(Dimension.USE) == ()


def test_the_form_is_made_the_same_twice() -> None:
    assert form_as_docx(FORM) == form_as_docx(FORM)
    assert form_as_odt(FORM) == form_as_odt(FORM)


def test_the_documents_say_title_and_language(tmp_path: Path) -> None:
    word, text = write_pro_forma(FORM, tmp_path)
    properties = docx.Document(str(word)).core_properties
    meta = odfdo.Document(text).meta
    assert properties.title == str(meta.title) == "Pro forma: how you use communities and citizens statistics"
    assert properties.language == str(meta.language) == "en-GB"
