"""Coded records counted: the tables of figures, each number with the messages behind it; pure."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from classifiers.catalogue import Catalogue, Dimension
from digests.counting.coded import Coded
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
    """One row or column of a table of figures."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """The rows or columns of a table, of which the last holds all messages, and the ids of those a message is in."""

    labels: tuple[Label, ...]
    ids_of: Callable[[Coded], tuple[str, ...]]

    def split(self, messages: Sequence[Coded]) -> list[Sequence[Coded]]:
        """Give each label's messages, in the order of the labels."""
        groups: defaultdict[str, list[Coded]] = defaultdict(list)
        for message in messages:
            for label_id in self.ids_of(message):
                groups[label_id].append(message)
        return [messages if label.id == ALL else groups[label.id] for label in self.labels]


def axis_of(
    catalogue: Catalogue,
    dimension: Dimension,
    values: Callable[[Coded], tuple[str, ...]],
    messages: Sequence[Coded],
    none_title: str = "",
    all_title: str = "All messages",
    more: Sequence[Label] = (),
) -> Axis:
    """List the tags in catalogue order, those that only the messages know behind them, then `more`, none and all."""
    known = [entry.id for entry in catalogue.of(dimension)]
    extra = {label.id for label in more}
    seen = {value for message in messages for value in values(message)} - extra
    ids = [*(value for value in known if value != "none" or value in seen), *sorted(seen - set(known))]
    none = (Label(id=NONE, title=none_title),) if none_title else ()
    titled = (Label(id=value, title=catalogue.title(dimension, value)) for value in ids)
    return Axis(
        labels=(*titled, *more, *none, Label(id=ALL, title=all_title)),
        ids_of=lambda message: values(message) or (NONE,),
    )


def one_way(
    messages: Sequence[Coded],
    axis: Axis,
    *,
    table_id: str,
    title: str,
    first: Column,
    notes: tuple[str, ...],
    overlapping: bool,
) -> Table:
    """Count messages, threads, senders and the share of messages, one row a label."""
    groups = axis.split(messages)
    rows = [
        (label.title, *counts(group), share(len(group), len(messages)))
        for label, group in zip(axis.labels, groups, strict=True)
    ]
    return Table(
        id=table_id,
        title=title,
        columns=(first, *COUNTS, SHARE),
        rows=tuple(rows),
        row_ids=tuple(label.id for label in axis.labels),
        notes=notes,
        has_total=True,
        overlapping=overlapping,
        chart=Chart.BAR,
        chart_column="messages",
        behind=tuple(((), ids, ids, ids, ()) for ids in map(ids_of, groups)),
    )


def two_way(
    messages: Sequence[Coded],
    down: Axis,
    across: Axis,
    *,
    table_id: str,
    title: str,
    first: Column,
    notes: tuple[str, ...],
    summary: str = "",
) -> Table:
    """Count messages in every cell of rows by columns."""
    cells = [tuple(map(ids_of, across.split(group))) for group in down.split(messages)]
    return Table(
        id=table_id,
        title=title,
        summary=summary,
        columns=(first, *_count_columns(across.labels)),
        rows=tuple((label.title, *map(len, line)) for label, line in zip(down.labels, cells, strict=True)),
        row_ids=tuple(label.id for label in down.labels),
        notes=notes,
        has_total=True,
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


def _count_columns(labels: Sequence[Label]) -> list[Column]:
    """Make a narrow column of each label, with a short title."""
    shorts = without_prefix([label.title for label in labels])
    return [Column(id=label.id, title=short, kind=Kind.COUNT) for label, short in zip(labels, shorts, strict=True)]
