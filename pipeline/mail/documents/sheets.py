"""Workbooks (.xlsx) by openpyxl, read-only: the values as last calculated, never the formulas."""

import warnings
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import load_workbook

from pipeline.mail.documents.lines import Gathered

_COLUMNS = 60
_SHEETS = 30


def read_workbook(octets: bytes, out: Gathered) -> None:
    """Gather the rows of every visible sheet, each sheet under its name where there are several."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out: validation, drawings
        book = load_workbook(BytesIO(octets), read_only=True, data_only=True)
        try:
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:_SHEETS]
            for sheet in sheets:
                if len(sheets) > 1:
                    out.add(str(sheet.title))
                for row in sheet.iter_rows(max_col=_COLUMNS, values_only=True):
                    out.add_row(shown(value) for value in row)
        finally:
            book.close()


def shown(value: object) -> str:
    """Show a cell as a reader would see it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)
