"""Every format is read back: what stands in it, and that the same digest makes the same bytes (F80 to F84)."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import odfdo
import openpyxl
import pytest
from markupsafe import escape
from openpyxl.worksheet.worksheet import Worksheet

from digests.counting.figures import TRACED
from digests.digest import Digest
from digests.errors import AlreadyIssued
from digests.issues.redacted import read_digest
from digests.options import DigestOptions
from digests.render.cover import cover_lines
from digests.render.csv_files import csv_files
from digests.render.files import write_files
from digests.render.html import html_bytes
from digests.render.json_file import json_bytes
from digests.render.ods import ods_bytes
from digests.render.xlsx import xlsx_bytes
from digests.summary import Issuing
from digests.tables import Kind, Table
from storage.records import CountedMessage

Make = Callable[..., Digest]
Build = Callable[..., CountedMessage]
March = tuple[CountedMessage, ...]
RENDERERS = {"xlsx": xlsx_bytes, "ods": ods_bytes, "html": html_bytes, "json": json_bytes}

HOSTILE = [
    pytest.param("=cmd|' /C calc'!A0", id="F81 formula with a command"),
    pytest.param("=1+1", id="F81 formula"),
    pytest.param('=HYPERLINK("http://evil.example","click")', id="F81 link formula"),
    pytest.param("+44 20 7944 4400 we use it", id="F81 plus"),
    pytest.param("-2+3+cmd", id="F81 minus"),
    pytest.param("@SUM(A1:A9)", id="F81 at"),
    pytest.param("\t=1+1 after a tab", id="F81 tab"),
    pytest.param("{=1+1}", id="array formula"),
    pytest.param("[click](http://evil.example/a)", id="link in Markdown"),
    pytest.param("http://evil.example/a", id="bare link"),
    pytest.param("costs $$5$$ each", id="note mark of gptables"),
    pytest.param("<script>alert(1)</script><b>&amp;", id="HTML"),
    pytest.param('"><img src=x onerror=alert(1)>', id="HTML attribute"),
    pytest.param("{{ 7*7 }}{% raw %}", id="template"),
    pytest.param("bell\x07 and nul\x00 and escape\x1b[31m", id="F82 control characters"),
    pytest.param("Jos\udce9 wrote", id="F82 lone surrogate"),
    pytest.param("safe\u202etxt.exe", id="bidi override"),
    pytest.param("y" * 40_000, id="F82 over-long"),
    pytest.param("???", id="symbols only"),
    pytest.param('a,"b";c\r\nd', id="separators and quotes"),
    pytest.param("001", id="number with zeros"),
    pytest.param("2011-03-01", id="text like a date"),
    pytest.param("TRUE", id="text like a truth value"),
    pytest.param("_x0041_ escape", id="escape of OOXML"),
]


def sheet_of(digest: Digest, table_id: str, workbook: openpyxl.Workbook | None = None) -> Worksheet:
    place = 1 + [table.id for table in digest.tables].index(table_id)
    sheet = (workbook or openpyxl.load_workbook(io.BytesIO(xlsx_bytes(digest))))[f"Table_{place}"]
    assert isinstance(sheet, Worksheet)
    return sheet


def body(sheet: Worksheet) -> list[tuple[object, ...]]:
    """Give the rows of a sheet's marked-up table, below its header."""
    (table,) = sheet.tables.values()
    return [tuple(cell.value for cell in row) for row in sheet[table.ref]][1:]


def ods_body(digest: Digest, table: Table, document: odfdo.Document | None = None) -> list[list[object]]:
    sheet = (document or odfdo.Document(io.BytesIO(ods_bytes(digest)))).body.tables[3 + digest.tables.index(table)]
    return list(sheet.get_values())[-max(1, len(table.rows)) :]


def csv_rows(digest: Digest, table_id: str) -> list[dict[str, str]]:
    content = csv_files(digest)[f"{table_id}-2011-03-internal.csv"].decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A digest with every hostile text in it, rendered once and read back."""

    digest: Digest
    sheet: Worksheet
    ods: list[list[object]]
    ods_xml: str
    csv: list[dict[str, str]]
    page: str
    json: list[dict[str, object]]


@pytest.fixture(scope="module")
def hostile(digest_of: Make, message: Build) -> Rendered:
    texts = [str(each.values[0]) for each in HOSTILE]
    digest = digest_of(
        message(number, says=[text], uses=["research"], sender=text, subject=text)
        for number, text in enumerate(texts, 1)
    )
    table = digest.table("use-statements")
    content = ods_bytes(digest)
    return Rendered(
        digest=digest,
        sheet=sheet_of(digest, table.id),
        ods=ods_body(digest, table, odfdo.Document(io.BytesIO(content))),
        ods_xml=zipfile.ZipFile(io.BytesIO(content)).read("content.xml").decode(),
        csv=csv_rows(digest, table.id),
        page=html_bytes(digest).decode(),
        json=json.loads(json_bytes(digest))["tables"][digest.tables.index(table)]["rows"],
    )


@pytest.mark.parametrize("place", [pytest.param(place, id=str(each.id)) for place, each in enumerate(HOSTILE)])
def test_f82_hostile_text_is_inert_in_every_format(place: int, hostile: Rendered) -> None:
    shown = hostile.digest.table("use-statements").rows[place][2]
    assert isinstance(shown, str)
    assert shown
    assert isinstance(body(hostile.sheet)[place][2], str)
    assert isinstance(hostile.ods[place][2], str)
    cell = hostile.csv[place]["sentence"]
    assert cell.removeprefix("'") == shown
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert escape(shown[:32_000]) in hostile.page
    assert hostile.json[place]["sentence"] == shown


def test_f81_no_sheet_holds_a_formula_or_a_link(hostile: Rendered) -> None:
    (table,) = hostile.sheet.tables.values()
    cells = [cell for line in hostile.sheet[table.ref] for cell in line]
    assert all(cell.data_type in "snd" and cell.hyperlink is None for cell in cells)
    assert "table:formula" not in hostile.ods_xml
    assert all(re.fullmatch(r"#Table_\d+\.A1", link) for link in re.findall(r'xlink:href="([^"]*)"', hostile.ods_xml))


def test_the_page_holds_no_markup_of_messages(hostile: Rendered) -> None:
    assert not re.search(r"<(script|img|b)\b|href=\"(?!#)", hostile.page)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]", hostile.page)


@pytest.mark.parametrize("name", RENDERERS)
def test_f84_the_same_digest_makes_the_same_bytes(name: str, digest_of: Make, march: March) -> None:
    assert RENDERERS[name](digest_of(march)) == RENDERERS[name](digest_of(march))


def test_every_format_has_the_same_figures(digest_of: Make, march: March) -> None:
    digest = digest_of(march)
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(digest)))
    document = odfdo.Document(io.BytesIO(ods_bytes(digest)))
    spoken = {table["id"]: table["rows"] for table in json.loads(json_bytes(digest))["tables"]}
    for table in (table for table in digest.tables if not table.is_list):
        places = [place for place, column in enumerate(table.columns) if column.kind is Kind.COUNT]
        wanted = [[str(row[place]) for place in places] for row in table.rows]
        names = [table.columns[place].id for place in places]
        assert [[str(row[place]) for place in places] for row in body(sheet_of(digest, table.id, workbook))] == wanted
        assert [[str(row[place]) for place in places] for row in ods_body(digest, table, document)] == wanted
        assert [[row[name.replace("-", "_")] for name in names] for row in csv_rows(digest, table.id)] == wanted
        assert [[str(row[name]) for name in names] for row in spoken[table.id]] == wanted


def test_the_page_shows_every_figure(digest_of: Make, march: March) -> None:
    page = html_bytes(digest_of(march)).decode()
    section = page[page.index('<h2 class="govuk-heading-l" id="messages-by-user">') :]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", section[: section.index("</section>")])
    assert cells[-4:] == ["5", "4", "4", "100.0"]


@pytest.mark.parametrize("name", RENDERERS)
def test_an_empty_month_is_rendered(name: str, digest_of: Make) -> None:
    assert RENDERERS[name](digest_of([]))


def test_an_empty_list_says_so_in_the_sheet(digest_of: Make) -> None:
    assert body(sheet_of(digest_of([]), "use-statements"))[0][:2] == ("None in this month", "[z]")


def test_the_workbook_follows_the_guidance(digest_of: Make, march: March) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(digest_of(march))))
    assert workbook.sheetnames[:4] == ["Cover", "Table_of_contents", "Notes", "Table_1"]
    assert (workbook.properties.language, workbook.properties.title) == ("en-GB", digest_of(march).cover.title)
    for sheet in workbook.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert sheet["A1"].font.b
        assert table.autoFilter is None
    assert "[x] = not available" in [row[0].value for row in workbook["Table_16"].iter_rows()]


def numbers_written(digest: Digest, table_id: str) -> list[str]:
    """Give the numbers of a sheet letter by letter: read as floats, 8.300000000000001 and 8.3 are one number."""
    place = 1 + [table.id for table in digest.tables].index(table_id)
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(digest))) as packed:
        sheet = packed.read(f"xl/worksheets/sheet{place + 3}.xml").decode()
    return re.findall(r'<c r="\w+" s="\d+"><v>([^<]*)</v>', sheet)


def test_shares_are_the_same_numbers_in_the_workbook(digest_of: Make, message: Build) -> None:
    """One of twelve is 8.3 per cent, and not 8.300000000000001."""
    digest = digest_of([message(n, user="media" if n == 1 else "academia") for n in range(12)])
    share = [cells[4] for cells in body(sheet_of(digest, "messages-by-user")) if cells[0] == "Media"]
    assert share == [8.3]
    written = numbers_written(digest, "messages-by-user")
    assert "8.3" in written
    assert all(len(number) < 6 for number in written)


def test_numbers_below_nought_are_the_same_in_the_workbook(digest_of: Make, message: Build) -> None:
    """A message dated eight days and seven hours after it arrived is -8.3 days apart, and not -8.300000000000001."""
    arrived = datetime(2011, 3, 10, 12, tzinfo=UTC)
    digest = digest_of([message(1, at=arrived, dated=arrived + timedelta(days=8, hours=7))])
    assert [cells[2] for cells in body(sheet_of(digest, "misdated"))] == [-8.3]
    assert [number for number in numbers_written(digest, "misdated") if number.startswith("-")] == ["-8.3"]


def test_rows_of_the_workbook_are_high_enough_for_what_wraps(digest_of: Make, message: Build) -> None:
    digest = digest_of([message(1, says=["We use it. " * 40]), message(2, says=["Short."])])
    sheet = sheet_of(digest, "use-statements")
    heights = [sheet.row_dimensions[number].height for number in (sheet.max_row - 1, sheet.max_row)]
    assert heights[0] > 100
    assert heights[1] is None


def test_what_stands_in_a_numbers_place_is_aligned_like_one(digest_of: Make, march: March) -> None:
    with zipfile.ZipFile(io.BytesIO(ods_bytes(digest_of(march)))) as packed:
        content = packed.read("content.xml").decode()
    trend = content.partition('table:name="Table_16"')[2].partition("</table:table>")[0]
    assert 'table:style-name="Mark"><text:p>[x]</text:p>' in trend
    assert 'table:style-name="Number_20_heading"><text:p>Messages</text:p>' in trend
    assert 'table:style-name="Column_20_heading"><text:p>Month</text:p>' in trend


def test_sheets_are_printed_landscape_and_one_page_wide(digest_of: Make, march: March) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(digest_of(march))))
    assert {(one.page_setup.orientation, one.page_setup.fitToHeight) for one in book.worksheets} == {("landscape", 0)}
    assert {getattr(one.sheet_properties.pageSetUpPr, "fitToPage", False) for one in book.worksheets} == {True}
    with zipfile.ZipFile(io.BytesIO(ods_bytes(digest_of(march)))) as packed:
        layout = packed.read("styles.xml").partition(b'style:name="Mpm1"')[2]
    assert b'style:print-orientation="landscape" style:scale-to-X="1"' in layout[:400]


def test_dates_and_numbers_are_typed_cells_f83(digest_of: Make, message: Build) -> None:
    arrived = datetime(2011, 3, 30, 23, 30, tzinfo=UTC)
    digest = digest_of([message(1, says=["x1"], at=arrived, dated=datetime(2011, 1, 1, tzinfo=UTC))])
    assert body(sheet_of(digest, "use-statements"))[0][4] == datetime(2011, 3, 31)
    assert body(sheet_of(digest, "misdated"))[0][0] == datetime(2011, 3, 31, 0, 30)
    assert ods_body(digest, digest.table("use-statements"))[0][4] in (date(2011, 3, 31), datetime(2011, 3, 31))
    assert csv_rows(digest, "misdated")[0]["arrived"] == "2011-03-31T00:30:00+01:00"
    assert body(sheet_of(digest, "mail-received"))[0] == ("Triage", 1, 1, 1, 100)
    assert [type(cell) for cell in ods_body(digest, digest.table("mail-received"))[0][1:4]] == [int, int, int]


@pytest.mark.parametrize("year", [1, 1899, 9999])
def test_dates_that_no_sheet_knows_are_text(year: int, digest_of: Make, message: Build) -> None:
    digest = digest_of([message(1, dated=datetime(year, 12, 31, 23, 59, tzinfo=UTC))])
    assert str(body(sheet_of(digest, "misdated"))[0][1]).startswith(("0001-12-31", "1899-12-31", "9999-12-31"))
    assert ods_bytes(digest)
    assert html_bytes(digest)


def test_lists_are_cut_in_sheets_and_pages_and_say_so_f80(digest_of: Make, message: Build) -> None:
    messages = [message(n, says=[f"We use it {n}."]) for n in range(1, 13)]
    digest = digest_of(messages, DigestOptions(statements_listed=5))
    assert len(body(sheet_of(digest, "use-statements"))) == 5
    assert len(csv_rows(digest, "use-statements")) == 12
    assert len(json.loads(json_bytes(digest))["tables"][5]["rows"]) == 12
    words = "the first 5 of 12 rows. The CSV and JSON files hold all"
    assert words in html_bytes(digest).decode()
    assert any(words in str(row[0].value) for row in sheet_of(digest, "use-statements").iter_rows())
    assert words in zipfile.ZipFile(io.BytesIO(ods_bytes(digest))).read("content.xml").decode()


def test_every_csv_column_is_in_the_data_dictionary(digest_of: Make, march: March) -> None:
    files = csv_files(digest_of(march))
    described = json.loads(files["csv-metadata.json"])["tables"]
    assert {table["url"] for table in described} == set(files) - {"csv-metadata.json"}
    for table in described:
        header = next(csv.reader(io.StringIO(files[table["url"]].decode(), newline="")))
        assert [column["name"] for column in table["tableSchema"]["columns"]] == header
        assert all(column["titles"][0] == column["name"] for column in table["tableSchema"]["columns"])


def test_the_page_needs_nothing_but_itself(digest_of: Make, march: March) -> None:
    page = html_bytes(digest_of(march)).decode()
    assert not re.search(r'<(script|link|iframe)\b|src=|url\((?!data)|@import|href="http', page)
    assert "GDS Transport" not in page
    assert page.count("<svg") >= 4


def test_the_page_links_to_messages(digest_of: Make, march: March) -> None:
    digest = digest_of(march, DigestOptions(message_link="/messages/{id}"))
    assert '<a class="govuk-link" href="/messages/3">Message 3</a>' in html_bytes(digest).decode()


def test_the_page_links_numbers_to_the_messages_behind_them(digest_of: Make, march: March) -> None:
    link = "/digests/{month}/number?issue={issue}&mailbox={account}&table={table}&row={row}&column={column}"
    digest = digest_of(march, DigestOptions(number_link=link, account="north"), issuing=Issuing(number=2))
    page, begin = html_bytes(digest).decode(), "/digests/2011-03/number?issue=2&amp;mailbox=north&amp;table="
    uses = f"{begin}users-and-uses&amp;row=academia%2Fresearch&amp;column=messages"
    assert f'<a class="govuk-link" href="{begin}products-by-users&amp;row=academia&amp;column=cohesion">1</a>' in page
    assert f'<a class="govuk-link" href="{uses}">1</a>' in page
    assert html_bytes(read_digest(json_bytes(digest))).decode() == page  # a redacted issue keeps its links
    traced = {table.id for table in digest.tables if table.behind}
    assert traced == set(TRACED)


def test_write_files_writes_each_format(digest_of: Make, march: March, tmp_path: Path) -> None:
    paths = write_files(digest_of(march), tmp_path / "2011-03")
    names = [path.name for path in paths]
    assert names[0] == "users-and-uses-2011-03-internal.html"
    assert {path.suffix for path in paths} == {".html", ".csv", ".json", ".xlsx", ".ods"}
    assert all(re.fullmatch(r"[a-z0-9-]{1,60}\.[a-z]+", name) for name in names)
    assert sorted(path.name for path in (tmp_path / "2011-03").iterdir()) == sorted(names)


def test_an_issue_is_written_once(digest_of: Make, march: March, tmp_path: Path) -> None:
    issue = digest_of(march, issuing=Issuing(number=1))
    write_files(issue, tmp_path, formats=("json",))
    write_files(issue, tmp_path, formats=("json",))
    with pytest.raises(AlreadyIssued, match="never rewritten"):
        write_files(digest_of(march[:3], issuing=Issuing(number=1)), tmp_path, formats=("json",))


def test_pandas_reads_each_csv_by_its_data_dictionary(digest_of: Make, march: March) -> None:
    import pandas as pd

    digest = digest_of(march)
    files = csv_files(digest)
    described = json.loads(files["csv-metadata.json"])
    assert len(described["tables"]) == len(digest.tables)
    for table, given in zip(digest.tables, described["tables"], strict=True):
        columns = given["tableSchema"]["columns"]
        nulls = sorted({mark for column in columns for mark in column.get("null", ())})
        frame = pd.read_csv(io.BytesIO(files[given["url"]]), na_values=nulls, keep_default_na=False)
        assert list(frame.columns) == [column["name"] for column in columns]
        assert len(frame) == len(table.rows)
        for column in columns:
            numeric = column["datatype"] in ("integer", "decimal")
            assert not numeric or frame[column["name"]].dropna().map(float).notna().all()
        if table.id == "messages-by-user":
            assert frame["messages"].iloc[:-1].sum() == frame["messages"].iloc[-1]


@pytest.mark.parametrize(
    ("made_on", "words"),
    [
        (date(2011, 3, 31), "Provisional, drafted on 31 March 2011: the month is not over"),
        (date(2011, 4, 1), "Provisional: a draft that has not been issued"),
    ],
    ids=["on its last day", "on the day after"],
)
def test_a_draft_says_that_its_month_is_not_over(digest_of: Make, march: March, made_on: date, words: str) -> None:
    draft = digest_of(march)
    draft = replace(draft, cover=replace(draft.cover, issue=0, made_on=made_on))
    assert next(line.text for line in cover_lines(draft) if line.label == "Status") == words
    assert words in html_bytes(draft).decode()
