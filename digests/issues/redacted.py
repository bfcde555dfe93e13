"""An issue without the words of a person who was erased, or without a quote that was withdrawn: the same figures.

The only reason for which an issue's files are written again. What they were is kept on record by their SHA-256.
"""

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from digests.digest import Cover, Digest, Edition, Status
from digests.disclosure.quotes import APPROVED, PUBLIC
from digests.disclosure.window import OVER_MONTHS
from digests.errors import IssueUnreadable, PdfSupportMissing
from digests.issues.marks import quotes_marked
from digests.render.files import FORMATS, replace_file, write_files
from digests.tables import Cell, Chart, Column, Kind, Note, Shorthand, Table
from storage.addresses import folded, forms_of, naming
from storage.records import Coverage

log = logging.getLogger(__name__)

WITHDRAWN = "[withdrawn]"
RECORD = "redactions.json"
_UNKNOWN = Coverage(seen=0, stored=0, set_aside=0, duplicates=0, reviewed=0)
_DATES = ("first_day", "last_day", "made_on", "next_date")


def redact_issue(
    folder: Path,
    message_ids: Collection[int],
    *,
    now: datetime,
    formats: tuple[str, ...] = FORMATS,
    published_only: bool = False,
) -> tuple[Path, ...]:
    """Take the words of messages out of an issue's files and give the files that were written again.

    `folder` is the issue's ("2011-03/issue-1"). With `published_only` the quotes that were agreed to be published go,
    and what the internal edition quotes besides stays. No file is written when none of the messages is quoted.

    Each edition is looked at by itself, its JSON file comes last, the internal edition after the public one: what was
    broken off goes on, and a damaged edition does not keep the words in the other. Where the internal one lies
    elsewhere, the issue's mark says which quotes are of the messages.

    Hold `locked` meanwhile: of two that write at once, one would put back what the other took out. Raises
    IssueUnreadable at the end.
    """
    ids, marked = frozenset(message_ids), quotes_marked(folder)
    inside = _edition(folder / "internal", "*-internal.json", may_be_elsewhere=marked is not None)
    outside = _edition(folder / "public", "*.json", may_be_elsewhere=True)
    quotes = {row for row, number in (marked or {}).items() if number in ids} | _quotes(inside.digest, ids)
    tables = (APPROVED,) if published_only else ()
    changed = [
        (one.folder, after)
        for one, after in (
            (outside, outside.digest and without_quotes(outside.digest, quotes)),
            (inside, inside.digest and without_words(inside.digest, ids, tables)),
        )
        if after is not None and after != one.digest
    ]
    written = _all_written_again(folder, changed, ids, now, formats) if changed else ()
    for unreadable in (inside.unreadable, outside.unreadable):
        if unreadable is not None:
            raise replace(unreadable, written=written) from unreadable
    return written


def messages_from(folder: Path, address: str) -> frozenset[int]:
    """Give the messages that an issue's internal edition says an address wrote; none where it cannot be read."""
    forms, named = forms_of(address), set[int]()
    inside = _edition(folder / "internal", "*-internal.json", holding=forms).digest
    wrote = naming(forms)
    for table in inside.tables if inside else ():
        places = {column.id: place for place, column in enumerate(table.columns)}
        if {"sender", "message"} <= places.keys():
            row_of = ((str(row[places["sender"]]), row[places["message"]]) for row in table.rows)
            named |= {int(str(number)) for sender, number in row_of if wrote.search(folded(sender))}
    return frozenset(named)


def _all_written_again(
    folder: Path, changed: Sequence[tuple[Path, Digest]], ids: Collection[int], now: datetime, formats: tuple[str, ...]
) -> tuple[Path, ...]:
    hashes = {str(path.relative_to(folder)): _hash(path) for one, _ in changed for path in sorted(one.iterdir())}
    _record(folder / RECORD, {"at": now.isoformat(), "messages": len(ids), "sha256_before": hashes})
    return tuple(path for one, digest in changed for path in _written_again(digest, one, formats))


def _written_again(digest: Digest, folder: Path, formats: tuple[str, ...]) -> tuple[Path, ...]:
    """Write one edition; tables of an earlier draft that it has no more go, since they hold the words."""
    rest = tuple(each for each in formats if each not in ("json", "pdf"))
    written = write_files(digest, folder, formats=rest, over_issue=True)
    for path in folder.glob("*.csv") if "csv" in formats else ():
        if path not in written:
            path.unlink()
    return (
        *written,
        *_printed_again(digest, folder),
        *write_files(digest, folder, formats=("json",), over_issue=True),
    )


def _printed_again(digest: Digest, folder: Path) -> tuple[Path, ...]:
    """Print a PDF again where one stands; where that cannot be done any more it goes, since it holds the words."""
    held = tuple(folder.glob("*.pdf"))
    if not held:
        return ()
    try:
        return write_files(digest, folder, formats=("pdf",), over_issue=True)
    except PdfSupportMissing as error:
        log.warning("a PDF that held withdrawn words was removed, since it cannot be printed again: %s", error)
        for path in held:
            path.unlink()
        return ()


def without_words(digest: Digest, message_ids: Collection[int], tables: Collection[str] = ()) -> Digest:
    """Put "[withdrawn]" for every quote and name of the messages (in some tables alone); no number changes."""
    return replace(
        digest,
        tables=tuple(
            _without(table, message_ids) if not tables or table.id in tables else table for table in digest.tables
        ),
    )


def without_quotes(public: Digest, row_ids: Collection[str]) -> Digest:
    """Put "[withdrawn]" for quotes of the public edition, which knows them by the ids of their rows."""
    return replace(public, tables=tuple(_unquoted(t, row_ids) if t.id == PUBLIC else t for t in public.tables))


def quotes_of(internal: Digest) -> dict[str, int]:
    """Say of which message each public quote is: the public edition holds no numbers of messages."""
    table = next((each for each in internal.tables if each.id == APPROVED), None)
    if table is None:
        return {}
    place = table.column("message")
    return {row_id: int(str(row[place])) for row_id, row in zip(table.row_ids, table.rows, strict=True)}


def _quotes(internal: Digest | None, message_ids: Collection[int]) -> set[str]:
    return {row for row, number in quotes_of(internal).items() if number in message_ids} if internal else set()


def _unquoted(table: Table, row_ids: Collection[str]) -> Table:
    kinds = [column.kind for column in table.columns]
    named = zip(table.row_ids, table.rows, strict=True)
    return replace(table, rows=tuple(_withdrawn(row, kinds) if row_id in row_ids else row for row_id, row in named))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edition:
    """One edition's folder, and its digest; None where it is not there, or cannot be read, and then why."""

    folder: Path
    digest: Digest | None = None
    unreadable: IssueUnreadable | None = None


def _edition(folder: Path, pattern: str, *, may_be_elsewhere: bool = False, holding: Collection[str] = ()) -> _Edition:
    """Read an edition; one that is to hold some words, only if its JSON file may hold any of them."""
    if may_be_elsewhere and not folder.exists():
        return _Edition(folder=folder)
    try:
        return _Edition(folder=folder, digest=_read(folder, pattern, holding))
    except IssueUnreadable as error:
        return _Edition(folder=folder, unreadable=error)


def _read(folder: Path, pattern: str, holding: Collection[str] = ()) -> Digest | None:
    held = next(folder.glob(f"users-and-uses-{pattern}"), None)
    if held is None:
        raise IssueUnreadable(folder=str(folder), why="its JSON file is missing")
    content = held.read_bytes()
    try:
        return read_digest(content) if not holding or may_hold(content, holding) else None
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # not JSON, or not a digest's
        raise IssueUnreadable(folder=str(folder), why=f"{held.name} is damaged") from error


def may_hold(content: bytes, words: Collection[str]) -> bool:
    """Say whether a file may hold any of some words in small letters: of letters beyond ASCII bytes know one case."""
    small = content.lower()
    return any(not word.isascii() or word.encode() in small for word in words)


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def read_digest(content: bytes) -> Digest:
    """Read a digest back from its JSON file: all that is shown, without the coded records."""
    held = json.loads(content)
    return Digest(
        edition=Edition(held["edition"]),
        account=held["account"],
        cover=_cover(held["cover"]),
        tables=tuple(map(_table, held["tables"])),
        notes=tuple(Note(id=note, text=text) for note, text in held["notes"].items()),
    )


def _without(table: Table, message_ids: Collection[int]) -> Table:
    kinds = [column.kind for column in table.columns]
    if Kind.MESSAGE not in kinds:
        return table
    place = kinds.index(Kind.MESSAGE)
    rows = tuple(_withdrawn(row, kinds) if row[place] in message_ids else row for row in table.rows)
    return replace(table, rows=rows)


def _withdrawn(row: tuple[Cell, ...], kinds: list[Kind]) -> tuple[Cell, ...]:
    return tuple(WITHDRAWN if kind is Kind.QUOTE else cell for cell, kind in zip(row, kinds, strict=True))


def _record(path: Path, entry: Mapping[str, object]) -> None:
    try:
        known = json.loads(path.read_bytes()) if path.exists() else []
    except ValueError as error:
        raise IssueUnreadable(folder=str(path.parent), why=f"{path.name} is damaged") from error
    replace_file(path, json.dumps([*known, entry], indent=1).encode())


def _cover(held: dict[str, Any]) -> Cover:
    unknown = {"coverage": _UNKNOWN, "counted": 0, "pending": 0}  # the public edition does not tell
    given = {field.name: held[field.name] for field in fields(Cover) if field.name in held}
    return Cover(
        **{
            **unknown,
            **given,
            **{name: date.fromisoformat(held[name]) for name in _DATES},
            "status": Status(held["status"]),
            "coverage": Coverage(**held["coverage"]) if "coverage" in held else _UNKNOWN,
            "pre_release": tuple(held["pre_release"]),
            "untraced": tuple(held.get("untraced", OVER_MONTHS if held.get("number_link") else ())),
        }
    )


def _table(held: dict[str, Any]) -> Table:
    columns = tuple(
        Column(
            id=each["id"],
            title=each["title"],
            kind=Kind(each["kind"]),
            description=each["description"],
        )
        for each in held["columns"]
    )
    chart, chart_column = held["chart"] or (None, "")
    return Table(
        id=held["id"],
        title=held["short_title"],
        summary=held["summary"],
        columns=columns,
        rows=tuple(tuple(_cell(row[column.id], column.kind) for column in columns) for row in held["rows"]),
        row_ids=tuple(held["row_ids"]),
        notes=tuple(held["notes"]),
        is_list=held["is_list"],
        has_total=held["last_row_is_total"],
        overlapping=held["rows_overlap"],
        own_period=held["period_in_title"],
        chart=Chart(chart) if chart else None,
        chart_column=chart_column,
    )


def _cell(value: str | int | float, kind: Kind) -> Cell:
    """Give a cell its type back; shorthand stands where a value would."""
    if not isinstance(value, str):
        return value
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    if kind is Kind.MOMENT:
        return datetime.fromisoformat(value)
    return Shorthand(value) if kind not in (Kind.TEXT, Kind.QUOTE) or value in tuple(Shorthand) else value
