"""What a further public edition of a month shows otherwise than the one before: both numbers are out already; pure."""

from collections.abc import Iterator, Sequence

from digests.disclosure.shown import Shown
from digests.tables import Cell, Column, Kind, Shorthand, Table

REVISIONS = "revisions"


def public_revisions(tables: Sequence[Table], before: Shown, revised: str) -> Table:
    """List the counts of the public `tables` that differ; `revised` is "issue 1, published at ..."."""
    found = [row for table in tables for row in _changes(table, before)]
    return Table(
        id=REVISIONS,
        title=f"Revisions since {revised}",
        columns=(
            Column(id="table", title="Table"),
            Column(id="row", title="Row"),
            Column(id="column", title="Column"),
            Column(id="published", title="Published", kind=Kind.COUNT, description="In the edition before"),
            Column(id="now", title="Now", kind=Kind.COUNT, description="In this edition"),
        ),
        rows=tuple(row for _, row in found),
        row_ids=tuple(row_id for row_id, _ in found),
        notes=("revisions", "suppression"),
        own_period=True,
        is_list=True,
    )


def _changes(table: Table, before: Shown) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    for row_id, row in zip(table.row_ids, table.rows, strict=True):
        for column, cell in zip(table.columns, row, strict=True):
            if column.kind is Kind.COUNT:
                place = (table.id, row_id, column.id)
                if place not in before.counts and not table.has_total:
                    continue  # a month of the trend, or a table over twelve months, that was not published then
                was = before.counts.get(place, 0)  # a row that it had not counted nothing
                published = Shorthand.CONFIDENTIAL if was is None else was
                if published != cell:
                    yield f"{table.id}/{row_id}/{column.id}", (table.title, row[0], column.title, published, cell)
