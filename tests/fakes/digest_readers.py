"""The files of a digest read back by what their readers use: each count of each table of figures, by its place."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from lxml.html import fromstring  # type: ignore[import-untyped]  # lxml ships no types
from odfdo import Document

Numbers = Mapping[tuple[str, str, str], str]  # table, row, column -> "24", or "[c]" and the like
CSV_FILTER = (
    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"  # 76: UTF-8; -1: each sheet
)


class Shape:
    """Where the counts are: the tables with their rows and columns, as the JSON file has them."""

    def __init__(self, folder: Path) -> None:
        """Read the JSON file of an edition."""
        (path,) = folder.glob("users-and-uses-*.json")
        self.folder, self.stem = folder, path.stem
        held = json.loads(path.read_text(encoding="utf-8"))["tables"]
        self.tables = [(place, table) for place, table in enumerate(held, 1) if not table["is_list"]]

    def counts(self, table: dict[str, Any], rows: Sequence[Sequence[object]]) -> Iterator[tuple[Any, str]]:
        """Take the counts out of the rows of a table."""
        for row_id, row in zip(table["row_ids"], rows, strict=True):
            for column, cell in zip(table["columns"], row, strict=True):
                if column["kind"] == "count":
                    yield (table["id"], row_id, column["id"]), _plain(cell)


def from_json(shape: Shape) -> Numbers:
    """Give the counts of the JSON file."""
    rows = {t["id"]: [[row[c["id"]] for c in t["columns"]] for row in t["rows"]] for _, t in shape.tables}
    return {key: cell for _, table in shape.tables for key, cell in shape.counts(table, rows[table["id"]])}


def from_csv(shape: Shape) -> Numbers:
    """Give the counts of the CSV files, read by pandas as their data dictionary says."""
    described = json.loads((shape.folder / "csv-metadata.json").read_text(encoding="utf-8"))["tables"]
    found: dict[tuple[str, str, str], str] = {}
    for place, table in shape.tables:
        given = described[place - 1]
        frame = pd.read_csv(shape.folder / given["url"], dtype=str, keep_default_na=False)
        assert list(frame.columns) == [column["name"] for column in given["tableSchema"]["columns"]]
        found.update(shape.counts(table, frame.to_numpy().tolist()))
    return found


def from_xlsx(shape: Shape) -> Numbers:
    """Give the counts of the Excel file, read by openpyxl."""
    book = openpyxl.load_workbook(shape.folder / f"{shape.stem}.xlsx", read_only=True)
    try:
        sheets = {place: list(book[f"Table_{place}"].iter_rows(values_only=True)) for place, _ in shape.tables}
    finally:
        book.close()
    return _of_sheets(shape, sheets)


def from_ods(shape: Shape) -> Numbers:
    """Give the counts of the OpenDocument file, read by odfdo."""
    body: Any = Document(shape.folder / f"{shape.stem}.ods").body
    return _of_sheets(shape, {place: body.get_sheet(name=f"Table_{place}").get_values() for place, _ in shape.tables})


def from_html(shape: Shape) -> Numbers:
    """Give the counts of the page."""
    page = fromstring((shape.folder / f"{shape.stem}.html").read_text(encoding="utf-8"))
    found: dict[tuple[str, str, str], str] = {}
    for _, table in shape.tables:
        lines = page.xpath(f"//*[@id='{table['id']}']/following::table[1]/tbody/tr")
        cells = [[cell.text_content() for cell in line.xpath("./th|./td")] for line in lines]
        found.update(shape.counts(table, cells))
    return found


def from_office(shape: Shape, folder: Path) -> Numbers:
    """Give the counts of a file whose sheets LibreOffice wrote as CSV into a folder."""
    sheets = {place: _lines(folder / f"{shape.stem}-Table_{place}.csv") for place, _ in shape.tables}
    return _of_sheets(shape, sheets)


def opened_in_office(paths: Sequence[Path], folder: Path, profile: Path) -> None:
    """Open spreadsheets in LibreOffice and write each of their sheets as a CSV file."""
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", CSV_FILTER]
    subprocess.run([*command, "--outdir", str(folder), *map(str, paths)], check=True, capture_output=True, timeout=120)


def _lines(path: Path) -> list[list[str]]:
    frame = pd.read_csv(path, header=None, names=range(64), dtype=str, keep_default_na=False, skip_blank_lines=False)
    return [[str(cell) for cell in line] for line in frame.to_numpy().tolist()]


def _of_sheets(shape: Shape, sheets: Mapping[int, Sequence[Sequence[object]]]) -> Numbers:
    """Take the counts out of sheets: their last rows are the table's, their first columns are."""
    found: dict[tuple[str, str, str], str] = {}
    for place, table in shape.tables:
        filled = [row for row in sheets[place] if any(cell not in (None, "") for cell in row)]
        wide, long = len(table["columns"]), len(table["row_ids"])
        found.update(shape.counts(table, [list(row)[:wide] for row in filled[len(filled) - long :]]))
    return found


def _plain(cell: object) -> str:
    text = str(cell).strip().replace(",", "")
    return text if text.startswith("[") else f"{float(text):g}"
