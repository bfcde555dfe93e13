"""Documents to text, and the notes that say why there is none."""

import csv
from collections.abc import Callable
from datetime import datetime
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.oxml import parse_xml
from odfdo import Document as OpenDocument
from odfdo import Paragraph, Row, Table
from openpyxl import Workbook
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from pipeline.mail.attachments import DocumentText, document_text, kind_of
from pipeline.mail.mime.caps import ParseLimits

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(octets: bytes, name: str, kind: str = "application/octet-stream", **limits: int) -> DocumentText:
    return document_text(octets, kind, name, "", ParseLimits(**limits))


def saved(save: Callable[[BytesIO], object]) -> bytes:
    out = BytesIO()
    save(out)
    return out.getvalue()


def word(rows: int = 1) -> bytes:
    document = Document()
    document.add_paragraph("Use of data pro forma")
    table = document.add_table(rows=0, cols=2)
    for number in range(rows):
        cells = table.add_row().cells
        cells[0].text = f"Question {number}"
        cells[1].text = "We plan\nour grants"
    document.add_paragraph("Thank you")
    return saved(document.save)


def pdf(text: str) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
        | {NameObject("/BaseFont"): NameObject("/Helvetica")}
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    return saved(writer.write)


def test_a_word_form_keeps_question_and_answer_on_one_line() -> None:
    assert read(word(), "form.docx").text == "Use of data pro forma\nQuestion 0\tWe plan our grants\nThank you"


def test_answers_in_content_controls_are_read() -> None:
    document = Document()
    control = f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>Our answer</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(control))
    inline = f"<w:p {W}><w:sdt><w:sdtContent><w:r><w:t>Yes</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    document.element.body.insert(1, parse_xml(inline))
    assert read(saved(document.save), "form.docx").text == "Our answer\nYes"


def test_deleted_text_is_not_read() -> None:
    document = Document()
    tracked = (
        f"<w:p {W}><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>kept</w:t></w:r></w:ins></w:p>"
    )
    document.element.body.insert(0, parse_xml(tracked))
    assert read(saved(document.save), "form.docx").text == "kept"


def test_a_workbook_is_read_row_by_row() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Organisation", "Leeds City Council", None])
    sheet.append([None, None])
    sheet.append(["Date", datetime(2011, 3, 1), 4.0, 0.25])
    assert read(saved(book.save), "form.xlsx").text == "Organisation\tLeeds City Council\nDate\t2011-03-01\t4\t0.25"


def test_hidden_sheets_are_left_out_and_several_are_named() -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Form"
    first.append(["a"])
    book.create_sheet("More").append(["b"])
    book.create_sheet("Lists").append(["c"])
    book["Lists"].sheet_state = "hidden"
    assert read(saved(book.save), "form.xlsx").text == "Form\na\nMore\nb"


def test_an_opendocument_text_keeps_its_rows() -> None:
    document = OpenDocument("text")
    document.body.clear()
    document.body.append(Paragraph("Pro forma"))
    table = Table("T", width=2, height=1)
    table.set_values([["Question", "Answer"]])
    document.body.append(table)
    assert read(saved(document.save), "form.odt").text == "Pro forma\nQuestion\tAnswer"


def test_an_opendocument_sheet_of_repeated_rows_stays_small() -> None:
    document = OpenDocument("spreadsheet")
    document.body.clear()
    table = Table("T", width=2, height=1)
    table.set_values([["Question", "Answer"]])
    table.append_row(Row(repeated=1_000_000, width=2))
    document.body.append(table)
    assert read(saved(document.save), "form.ods").text == "Question\tAnswer"


def test_a_pdf_is_read() -> None:
    assert read(pdf("We use the tables"), "a.pdf").text.strip() == "We use the tables"


def test_a_pdf_is_known_by_its_first_bytes() -> None:
    assert kind_of("application/octet-stream", "a.dat", b"%PDF-1.4") == "pdf"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_in_plain_text_are_read(separator: str) -> None:
    out = StringIO()
    csv.writer(out, delimiter=separator).writerows([["Question", "Answer"], ["Use", "we plan, and check"]])
    assert read(out.getvalue().encode(), "a.csv", "text/csv").text == "Question\tAnswer\nUse\twe plan, and check"


def test_plain_text_is_decoded_by_guess() -> None:
    assert read(b"caf\xe9", "a.txt").text == "café"


def test_html_is_read_as_its_reader_sees_it() -> None:
    assert read(b"<p>one</p><p hidden>two</p>", "a.html").text == "one"


NOTED = {
    "damaged word": (b"PK\x03\x04junk", "a.docx", "the file is damaged"),
    "damaged pdf": (b"%PDF-1.4 junk", "a.pdf", "the file is damaged"),
    "old word": (b"\xd0\xcf\x11\xe0", "a.doc", "an old Word document"),
    "picture": (b"\x89PNG", "a.png", "a file of another kind"),
    "empty": (b"", "a.docx", "it is empty"),
    "archive": (b"PK\x05\x06", "a.zip", "a packed archive"),
    "outlook message": (b"\xd0\xcf\x11\xe0", "a.msg", "a message saved by Outlook"),
    "encrypted": (b"-----BEGIN PGP MESSAGE-----", "a.asc", "PGP"),
}


@pytest.mark.parametrize(("octets", "name", "said"), NOTED.values(), ids=NOTED)
def test_the_note_says_why_there_is_no_text(octets: bytes, name: str, said: str) -> None:
    document = read(octets, name)
    assert document.text == ""
    assert said in document.note


def test_a_blank_pdf_is_said_to_have_no_text() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    assert read(saved(writer.write), "a.pdf").note == "a scanned or drawn PDF: it has no text"


def test_a_locked_pdf_is_said_to_be_locked() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    assert "protected by a password" in read(saved(writer.write), "a.pdf").note


def test_a_package_that_unpacks_to_much_is_not_opened() -> None:
    def bomb(out: BytesIO) -> None:
        with ZipFile(out, "w", ZIP_DEFLATED) as package:
            package.writestr("word/document.xml", b"\0" * 20_000_000)

    assert "it would unpack to 20 MB" in read(saved(bomb), "a.docx").note


def test_a_package_of_many_members_is_not_opened() -> None:
    def many(out: BytesIO) -> None:
        with ZipFile(out, "w") as package:
            for number in range(30):
                package.writestr(f"{number}", b"")

    assert "more than 20 files" in read(saved(many), "a.xlsx", members=20).note


def test_xml_entities_do_not_multiply() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]>'
    content = f"{head}<w:document {W}><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>"

    def repacked(out: BytesIO) -> None:
        with ZipFile(BytesIO(word())) as source, ZipFile(out, "w", ZIP_DEFLATED) as package:
            for member in source.infolist():
                package.writestr(member, content if member.filename == "word/document.xml" else source.read(member))

    assert len(read(saved(repacked), "a.docx").text) < 1_000


def test_long_documents_are_cut_and_said_so() -> None:
    cut = read(word(rows=30), "a.docx", rows=10)
    assert cut.text.count("\n") == 9
    assert cut.note == "only its beginning was read"
    assert read(b"word " * 1_000, "a.txt", document_text=100).note == "only its beginning was read"


def test_large_documents_are_not_opened() -> None:
    assert read(word(), "a.docx", document_bytes=1_000).note == "larger than 0 MB: its text is not read"


@pytest.mark.parametrize(
    ("kind", "name", "known"),
    [
        ("application/octet-stream", "Form.DOCX", "docx"),
        ("application/msword", "form.docx", "docx"),
        ("application/vnd.ms-excel", "data.csv", "csv"),
        ("text/plain", "winmail.dat", "tnef"),
        ("application/ms-tnef", "x", "tnef"),
        ("text/x-ruby-script", "a.rb", "txt"),
        ("image/png", "a.png", ""),
    ],
)
def test_the_kind_of_a_document(kind: str, name: str, known: str) -> None:
    assert kind_of(kind, name) == known
