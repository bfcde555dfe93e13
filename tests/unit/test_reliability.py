"""The table of docs/reliability.md: every number of the ranges stands in it, and every test it names exists."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PAGE = (HOUSE / "docs/reliability.md").read_text()
TABLE = PAGE[PAGE.index("## Every known way to fail") :]
NUMBERS = [
    *(f"F{number}" for number in (*range(1, 62), *range(72, 87))),
    *(f"M{number}" for number in range(1, 9)),
    *(f"W{number}" for number in range(1, 18)),
]


def test_every_number_stands_in_the_table_once_and_in_order() -> None:
    assert re.findall(r"^\| ([FMW]\d+) \|", PAGE, re.MULTILINE) == NUMBERS


def test_every_test_that_the_table_names_exists() -> None:
    named = re.findall(r"`(test_\w+)` \(([\w/]+\.py)\)", TABLE)
    assert [name for name, _ in named] == re.findall(r"`(test_\w+)`", TABLE)
    missing = [name for name, file in named if f"def {name}(" not in (HOUSE / "tests" / file).read_text()]
    assert len(named) >= len(NUMBERS)
    assert missing == []


def test_every_number_is_borne_by_a_test_that_its_row_names() -> None:
    rows = re.findall(r"^\| ([FMW]\d+) \|(.*)$", TABLE, re.MULTILINE)
    bearing = {number: re.findall(rf"`test_(?:\w+_)?{number.lower()}(?:_\w+)?`", row) for number, row in rows}
    assert [number for number, tests in bearing.items() if not tests] == []


def test_every_row_names_a_test_or_says_that_there_is_none() -> None:
    rows = re.findall(r"^\| [FMW]\d+ \|.*$", PAGE, re.MULTILINE)
    assert [row for row in rows if "`test_" not in row and "not yet" not in row] == []
