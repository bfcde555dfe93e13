"""The demo's four months: every count of every table is the same in every format, and is what the store holds."""

import io
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import digest_readers as readers
from fakes.digest_readers import Numbers, Shape

Ran = subprocess.CompletedProcess[str]
MONTHS = ("2010-11", "2010-12", "2011-01", "2011-02")  # in winter: London's months are those of UTC
COUNTED = """
SELECT message.id AS message, thread_key, CASE user_address WHEN '' THEN sender_address ELSE user_address END AS sender
  FROM message JOIN tag ON tag.message_id = message.id AND tag.dimension = 'disposition' AND tag.value = 'triage'
 WHERE probable_copy_of IS NULL AND NOT from_team AND strftime('%Y-%m', message.arrived_at) = :month
"""
OF = {
    "messages-by-product": "product",
    "messages-by-user": "user_category",
    "messages-by-use": "use",
    "messages-by-channel": "channel",
}


@pytest.fixture(scope="module")
def editions(demo: tuple[Path, Ran]) -> dict[str, Shape]:
    """Give each month's internal edition."""
    folder, said = demo
    assert said.returncode == 0, said.stderr
    return {month: Shape(folder / "var/demo/digests" / month / "draft/internal") for month in MONTHS}


@pytest.fixture(scope="module")
def store(demo: tuple[Path, Ran]) -> Iterator[sqlite3.Connection]:
    """Open the demo's database."""
    connection = sqlite3.connect(demo[0] / "var/demo/statshop.db")
    yield connection
    connection.close()


def held(store: sqlite3.Connection, month: str) -> dict[tuple[str, str, str], str]:
    """Count the month's messages by their tags, and over all, by nothing but SQL."""
    found = {}
    for table, dimension in OF.items():
        tagged = f"SELECT value, count(*) FROM ({COUNTED}) JOIN tag ON message_id = message AND dimension = :what"
        for value, count in store.execute(f"{tagged} GROUP BY value", {"month": month, "what": dimension}):
            found[table, value, "messages"] = str(count)
        everything = f"SELECT count(*), count(DISTINCT thread_key), count(DISTINCT sender) FROM ({COUNTED})"
        counts = store.execute(everything, {"month": month}).fetchone()
        for column, count in zip(("messages", "threads", "senders"), counts, strict=True):
            found[table, "all", column] = str(count)
    return found


@pytest.mark.parametrize("month", MONTHS)
def test_a_months_figures_are_what_the_store_holds(
    editions: dict[str, Shape], store: sqlite3.Connection, month: str
) -> None:
    shown, stored = readers.from_json(editions[month]), held(store, month)
    assert int(stored["messages-by-user", "all", "messages"]) > 15
    assert {key: shown[key] for key in stored} == stored
    rows = {key for key in shown if key[0] in OF and key[2] == "messages" and key[1] not in ("all", "none-named")}
    assert {shown[key] for key in rows - stored.keys()} <= {"0"}


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("edition", ["internal", "public"])
@pytest.mark.parametrize(
    "read",
    [
        pytest.param(readers.from_csv, id="csv-by-pandas"),
        pytest.param(readers.from_xlsx, id="xlsx-by-openpyxl"),
        pytest.param(readers.from_ods, id="ods-by-odfdo"),
        pytest.param(readers.from_html, id="html"),
    ],
)
def test_each_format_has_the_same_counts(
    editions: dict[str, Shape], month: str, edition: str, read: Callable[[Shape], Numbers]
) -> None:
    shape = Shape(editions[month].folder.parent / edition)
    expected = readers.from_json(shape)
    assert len(expected) > 150
    assert any(cell == "[c]" for cell in expected.values()) == (edition == "public")
    assert read(shape) == expected


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["ods", "xlsx"])
def test_libreoffice_reads_the_same_counts(editions: dict[str, Shape], tmp_path: Path, suffix: str) -> None:
    paths = [shape.folder / f"{shape.stem}.{suffix}" for shape in editions.values()]
    readers.opened_in_office(paths, tmp_path, tmp_path / "profile")
    for shape in editions.values():
        assert readers.from_office(shape, tmp_path) == readers.from_json(shape)


@pytest.mark.pango
def test_the_printed_page_has_the_same_totals(editions: dict[str, Shape]) -> None:
    import pypdf

    from digests.issues.redacted import read_digest
    from digests.render.pdf import pdf_bytes

    public = editions["2011-01"].folder.parent / "public"
    shape = Shape(public)
    digest = read_digest((public / f"{shape.stem}.json").read_bytes())
    pages = pypdf.PdfReader(io.BytesIO(pdf_bytes(digest))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for _, table in shape.tables:
        for row in table["rows"] if table["id"] in OF else ():
            cells = [str(row[column["id"]]) for column in table["columns"][:4]]
            assert " ".join(cells) in text
