"""An issue as it is frozen: figures, coded records, what its public edition shows; no word of a message."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from digests.counting.coded import from_row, to_row
from digests.digest import Digest
from digests.disclosure.shown import Shown, shown_from, shown_json
from digests.issues.earlier import months_json
from digests.issues.revisions import Issued
from digests.summary import moment_name
from digests.tables import Cell, Shorthand, Table
from storage.records import Issue

# 1 did not hold what the public edition shows; 2 not its mailbox, its channels and decisions, and its truth; 3 not the
# threshold, and the public edition's quality of the tags; 4 not what stands behind the counts of earlier months
FORMAT = 5


def figures_json(digest: Digest, shown: Shown, small_count_below: int, who: str = "") -> str:
    """Write what is frozen of a digest: the tables of figures, every message's coded record, and what is published.

    `who` is the person that asked for it; "" for the schedule.
    """
    return json.dumps(
        {
            "format": FORMAT,
            "month": digest.cover.month,
            "account": digest.account,
            "number": digest.cover.issue,
            "status": digest.cover.status.value,
            "issued_by": who,
            "counts_pending": digest.cover.counts_pending,
            "small_count_below": small_count_below,
            "quality": {table.id: _table(table) for table in digest.public.tables if table.id == "quality"},
            "tables": {table.id: _table(table) for table in digest.tables if not table.is_list},
            "messages": [to_row(coded) for coded in digest.coded],
            "public": shown_json(shown),
            "earlier": months_json(digest.earlier),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def digest_of(text: str) -> str:
    """Give the SHA-256 of frozen figures."""
    return sha256(text.encode()).hexdigest()


def issued_from(issue: Issue) -> Issued:
    """Read an issue back, for later digests to compare themselves with."""
    held = json.loads(issue.figures)
    return Issued(
        number=issue.number,
        issued_at=moment_name(issue.issued_at),
        coded=tuple(from_row(row) for row in held["messages"]),
        counts_pending=bool(held.get("counts_pending", True)),
        small_count_below=held.get("small_count_below"),
        quality=_rows_of(held["quality"]["quality"]["rows"]) if held.get("quality") else None,
    )


def who_issued(issue: Issue) -> str:
    """Name the person that asked for an issue; "" where the schedule did, or that was not written down."""
    return str(json.loads(issue.figures).get("issued_by", ""))


def shown_in_issue(issue: Issue) -> Shown | None:
    """Read back what an issue's public edition shows; None where that was not written down.

    Its months are over the issue's mailbox, which format 2 did not say: without it they would be taken for all mail.
    """
    held = json.loads(issue.figures)
    if "public" not in held:
        return None
    shown = shown_from(held["public"])
    months = tuple(replace(cells, account=issue.account) for cells in shown.months)
    return replace(shown, months=months, issue=issue.number)


def _rows_of(held: Mapping[str, Sequence[str | int | float]]) -> dict[str, tuple[Cell, ...]]:
    return {row_id: tuple(map(_cell, row)) for row_id, row in held.items()}


def _cell(value: str | int | float) -> Cell:
    return Shorthand(value) if value in tuple(Shorthand) else value


def _table(table: Table) -> dict[str, object]:
    rows = {row_id: list(row) for row_id, row in zip(table.row_ids, table.rows, strict=True)}
    return {"columns": [column.id for column in table.columns], "rows": rows}
