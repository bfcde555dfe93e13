"""Hostile words opened in LibreOffice: no sheet and no CSV file makes anything of them but the words they are (F81)."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.digest_readers import opened_in_office

from digests.digest import Digest
from digests.render.files import write_files
from storage.records import CountedMessage

pytestmark = pytest.mark.office

Make = Callable[..., Digest]
Build = Callable[..., CountedMessage]
WORDS = (
    "=1+1",
    "+1+1",
    "-1-1",
    "@SUM(1;1)",
    '=HYPERLINK("http://evil.example","click")',
    "=cmd|' /C calc'!A0",
    "{=1+1}",
    "\t=1+1",
    "001",
    "2011-03-01",
    "TRUE",
    '<b>1</b> & "2"',
)


@pytest.fixture(scope="module")
def opened(digest_of: Make, message: Build, tmp_path_factory: pytest.TempPathFactory) -> tuple[Digest, Path]:
    """Write a digest that quotes the words, and open its files."""
    folder = tmp_path_factory.mktemp("office")
    digest = digest_of(message(number, says=[words], uses=["research"]) for number, words in enumerate(WORDS, 1))
    write_files(digest, folder / "digest", formats=("xlsx", "ods", "csv"))
    for kind in ("xlsx", "ods", "csv"):
        names = "use-statements-*.csv" if kind == "csv" else f"*.{kind}"
        opened_in_office(list((folder / "digest").glob(names)), folder / kind, folder / "profile")
    return digest, folder


def sentences(opened: tuple[Digest, Path], kind: str) -> list[tuple[str, object]]:
    """Give each sentence as LibreOffice shows it, beside what the digest says."""
    digest, folder = opened
    table = digest.table("use-statements")
    place, column = 1 + digest.tables.index(table), table.column("sentence")
    (file,) = (folder / kind).glob("*.csv" if kind == "csv" else f"*-Table_{place}.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if any(row)]
    return [(row[column], said[column]) for row, said in zip(rows[-len(WORDS) :], table.rows, strict=True)]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_words_stay_words_in_a_sheet(opened: tuple[Digest, Path], kind: str) -> None:
    shown = sentences(opened, kind)
    assert [cell for cell, _ in shown] == [said for _, said in shown]
    assert {"=1+1", "001", "TRUE"} <= {cell for cell, _ in shown}


def test_no_words_of_a_csv_file_are_a_formula(opened: tuple[Digest, Path]) -> None:
    """What looks like a number it takes for one, as of any CSV file; the data dictionary says that it is text."""
    likely = [
        (cell, said) for cell, said in sentences(opened, "csv") if str(said).startswith(("=", "+", "-", "@", "{"))
    ]
    assert len(likely) == 8
    assert [cell.removeprefix("'") for cell, _ in likely] == [said for _, said in likely]
