"""Coded records counted: the tables of figures, each number with the messages behind it; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from classifiers.catalogue import Catalogue
from classifiers.verdict import Dimension
from digests.coded import Coded
from digests.tables import Cell, Chart, Column, Kind, Shorthand, Table
from digests.words import without_prefix

ALL = "all"
NONE = "none-named"

COUNTS = (
    Column(id="messages", title="Messages", kind=Kind.COUNT, description="Messages counted"),
    Column(id="threads", title="Threads", kind=Kind.COUNT, description="Conversations that the messages belong to"),
    Column(id="senders", title="Senders", kind=Kind.COUNT, description="Different senders of the messages"),
)
SHARE = Column(id="share", title="Share of messages (%)", kind=Kind.PERCENT, description="Of all messages, in per cent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """One row or column of a table of figures: its id, its title, and which messages belong to it."""

    id: str
    title: str
    holds: Callable[[Coded], bool]


def labels_of(
    catalogue: Catalogue,
    dimension: Dimension,
    values: Callable[[Coded], tuple[str, ...]],
    messages: Sequence[Coded],
    none_title: str = "",
) -> tuple[Label, ...]:
    """List the tags in catalogue order, those that only the messages know behind them, then none, then all."""
    known = [entry.id for entry in catalogue.of(dimension)]
    seen = {value for message in messages for value in values(message)}
    ids = [*(value for value in known if value != "none" or value in seen), *sorted(seen - set(known))]
    labels = [_label(value, catalogue.title(dimension, value), values) for value in ids]
    if none_title:
        labels.append(Label(id=NONE, title=none_title, holds=lambda message: not values(message)))
    return (*labels, Label(id=ALL, title="All messages", holds=lambda message: True))


def one_way(
    messages: Sequence[Coded],
    labels: Sequence[Label],
    *,
    table_id: str,
    title: str,
    first: Column,
    notes: tuple[str, ...],
    overlapping: bool,
    summary: str = "",
) -> Table:
    """Count messages, threads, senders and the share of messages, one row a label."""
    groups = [tuple(message for message in messages if label.holds(message)) for label in labels]
    rows = [
        (label.title, *counts(group), share(len(group), len(messages)))
        for label, group in zip(labels, groups, strict=True)
    ]
    return Table(
        id=table_id,
        title=title,
        summary=summary,
        columns=(first, *COUNTS, SHARE),
        rows=tuple(rows),
        row_ids=tuple(label.id for label in labels),
        notes=notes,
        has_total=True,
        overlapping=overlapping,
        chart=Chart.BAR,
        chart_column="messages",
        behind=tuple(((), ids, ids, ids, ()) for ids in map(ids_of, groups)),
    )


def two_way(
    messages: Sequence[Coded],
    down: Sequence[Label],
    across: Sequence[Label],
    *,
    table_id: str,
    title: str,
    first: Column,
    notes: tuple[str, ...],
    summary: str = "",
) -> Table:
    """Count messages in every cell of rows by columns."""
    cells = [_split(tuple(message for message in messages if label.holds(message)), across) for label in down]
    return Table(
        id=table_id,
        title=title,
        summary=summary,
        columns=(first, *(Column(id=label.id, title=short, kind=Kind.COUNT) for label, short in _shortened(across))),
        rows=tuple((label.title, *map(len, line)) for label, line in zip(down, cells, strict=True)),
        row_ids=tuple(label.id for label in down),
        notes=notes,
        has_total=True,
        private=True,
        behind=tuple(((), *line) for line in cells),
    )


def counts(group: Sequence[Coded]) -> tuple[int, int, int]:
    """Count messages, threads and senders."""
    return len(group), len({message.thread for message in group}), len({message.sender for message in group})


def share(part: int, whole: int) -> Cell:
    """Give a share in per cent; of nothing there is none."""
    return round(100 * part / whole, 1) if whole else Shorthand.NOT_APPLICABLE


def ids_of(group: Sequence[Coded]) -> tuple[int, ...]:
    """Give the numbers of messages."""
    return tuple(message.id for message in group)


def _split(group: Sequence[Coded], across: Sequence[Label]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(message.id for message in group if label.holds(message)) for label in across)


def _shortened(labels: Sequence[Label]) -> list[tuple[Label, str]]:
    """Give each label with its short title, for the heading of a narrow column."""
    return list(zip(labels, without_prefix([label.title for label in labels]), strict=True))


def _label(value: str, title: str, values: Callable[[Coded], tuple[str, ...]]) -> Label:
    return Label(id=value, title=title, holds=lambda message: value in values(message))
