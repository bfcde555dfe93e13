"""The lists of domains/ (known.csv, registers.csv, names.csv): read, and checked before any mail is read by them.

People edit them in spreadsheets, which add a mark before the first letter, write semicolons for commas or letters in
an older encoding: the mark is passed over, the rest is named.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from classifiers.errors import RuleError
from classifiers.near import near

FOLDER = "domains"
KNOWN = "known.csv"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    KNOWN: ("organisation", "category", "domains", "names"),
    "registers.csv": ("domain", "organisation", "category"),
    "names.csv": ("name", "category"),
}
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.IGNORECASE)
_SURELY_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_DOMAINS = "domains such as leeds.gov.uk, with a blank between two"
_QUOTED = "double quotes around a name that holds a comma"
_SAVE = 'a file saved as "CSV UTF-8 (comma delimited)"'


def rows_of(path: Path) -> Iterable[dict[str, str]]:
    """Give the rows of a list by column; none where there is no such file."""
    return csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()) if path.is_file() else ()


def problems_of_lists(folder: Path, categories: frozenset[str]) -> Iterator[RuleError]:
    """Give everything in the lists of a folder of rules that cannot be used, each with its line.

    A kind of user that the rules do not have is named once a file. Without any `categories` they are not looked at.
    """
    for name, columns in _COLUMNS.items():
        path = folder / FOLDER / name
        if path.is_file():
            yield from _by_reason(_problems_of(path, columns, categories))


def _problems_of(path: Path, columns: tuple[str, ...], categories: frozenset[str]) -> Iterator[RuleError]:
    file = f"{FOLDER}/{path.name}"
    raw = path.read_bytes()
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        yield RuleError(file=file, line=line, rule="", reason="not saved as UTF-8", instead=_SAVE)
        return
    rows = list(_numbered(lines))
    header = rows[0][1] if rows else []
    if missing := [column for column in columns if column not in header]:
        why = ", and semicolons for commas" if ";" in "".join(header) else ""
        reason, instead = f"the first line has no column {missing[0]!r}{why}", f"{','.join(columns)}, in {_SAVE}"
        yield RuleError(file=file, line=1, rule="", reason=reason, instead=instead)
        return
    for line, row in rows[1:]:
        for reason, instead in _wrong(row, header, categories):
            yield RuleError(file=file, line=line, rule=row[0][:60], reason=reason, instead=instead)


def _numbered(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that hold something, each with the line on which it ends."""
    reader = csv.reader(lines)
    return ((reader.line_num, row) for row in reader if row)


def _wrong(row: list[str], header: list[str], categories: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Say what is wrong with a row, and what to write instead."""
    if len(row) < len(header):
        yield f"the row has {len(row)} columns, and the first line has {len(header)}", "a comma for each empty column"
        return
    if any(row[len(header) :]):  # empty columns more are how spreadsheets save
        yield "the row has more columns than the first line", f"{_QUOTED}, and a blank between two domains"
        return
    held = dict(zip(header, row, strict=False))
    category, free = held["category"].strip(), "domains" in held  # free mail has no kind of user
    if categories and category not in categories and (category or not free):
        instead = _QUOTED if len(row) > len(header) else near(category, categories)
        yield f"no kind of user is called {category!r}", instead
        return
    for domain in held.get("domains", held.get("domain", "")).split():
        if not _DOMAIN.fullmatch(domain):
            yield f"{domain!r} is no domain", _DOMAINS
    for name in held.get("names", "").split(";"):
        if _SURELY_DOMAIN.fullmatch(name.strip()):
            yield f"{name.strip()!r} stands among the names, and is a domain", f"{_DOMAINS}, in the third column"


def _by_reason(problems: Iterable[RuleError]) -> Iterator[RuleError]:
    """Give each reason once, at its first line, with how many lines more have it."""
    first: dict[str, RuleError] = {}
    often: Counter[str] = Counter()
    for problem in problems:
        first.setdefault(problem.reason, problem)
        often[problem.reason] += 1
    for reason, problem in first.items():
        more = f" (and {often[reason] - 1:,} lines more)" if often[reason] > 1 else ""
        yield replace(problem, reason=reason + more)
