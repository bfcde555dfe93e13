"""Two folders of rules over stored mail: what each tag gains and loses, and which decisions that touches. Read only."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, tee
from typing import Protocol

from pipeline.flow.reading import Reading, Unread
from pipeline.flow.stored import stored_messages
from pipeline.mail.message import RawMessage
from storage.engine import Store
from storage.rule_stats import decided_tags

PORTION = 200  # changed messages whose decisions are asked for at a time

Value = tuple[str, str]  # dimension and value of a tag


class Reads(Protocol):
    """What reads raw messages in their order: a Reader."""

    def read(self, raws: Iterable[RawMessage], now: datetime) -> Iterator[tuple[RawMessage, Reading | Unread]]:
        """Read messages in their order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A message of which the two folders of rules say different things; `person` is None where nobody has decided."""

    message_id: int
    old: frozenset[Value]
    new: frozenset[Value]
    person: frozenset[Value] | None = None

    @property
    def gained(self) -> frozenset[Value]:
        """The tags that only the new rules give."""
        return self.new - self.old

    @property
    def lost(self) -> frozenset[Value]:
        """The tags that only the old rules give."""
        return self.old - self.new


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A message that a tag gains or loses: `says` is what a person who decided on it said of this change."""

    message_id: int
    says: bool | None = None  # True: as the new rules have it; False: as the old ones; None: nobody has decided


@dataclass(frozen=True, kw_only=True, slots=True)
class TagChange:
    """What a tag gains and loses."""

    tag: Value
    gains: tuple[Moved, ...]
    losses: tuple[Moved, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What two folders of rules make of all that is stored."""

    read: int
    changes: tuple[Change, ...]

    def tags(self) -> tuple[TagChange, ...]:
        """Sort the changes by tag."""
        values = sorted({value for change in self.changes for value in change.gained | change.lost})
        return tuple(
            TagChange(tag=value, gains=_moved(self.changes, value, gained=True), losses=_moved(self.changes, value))
            for value in values
        )


def compare(
    store: Store,
    old: Reads,
    new: Reads,
    clock: Callable[[], datetime],
    stop: threading.Event,
    told: Callable[[int, int], None],
    messages: Iterable[RawMessage] | None = None,
) -> Comparison:
    """Read every stored message (or those `messages`) with both; those that either cannot read are passed over."""
    now = clock()
    read, changes = 0, list[Change]()
    ours, theirs = tee(stored_messages(store, stop) if messages is None else messages)
    for (raw, before), (_, after) in zip(old.read(ours, now), new.read(theirs, now), strict=True):
        read += 1
        if isinstance(before, Reading) and isinstance(after, Reading) and _values(before) != _values(after):
            changes.append(Change(message_id=raw.uid, old=_values(before), new=_values(after)))
        told(read, len(changes))
    return Comparison(read=read, changes=tuple(_with_decisions(store, changes)))


def _values(reading: Reading) -> frozenset[Value]:
    return frozenset((str(tag.dimension), tag.value) for tag in reading.verdict.tags)


def _with_decisions(store: Store, changes: Iterable[Change]) -> Iterator[Change]:
    rest = iter(changes)
    while portion := list(islice(rest, PORTION)):
        people: Mapping[int, frozenset[Value]] = decided_tags(store, [change.message_id for change in portion])
        for change in portion:
            yield Change(
                message_id=change.message_id, old=change.old, new=change.new, person=people.get(change.message_id)
            )


def _moved(changes: Iterable[Change], value: Value, *, gained: bool = False) -> tuple[Moved, ...]:
    return tuple(
        Moved(message_id=one.message_id, says=None if one.person is None else (value in one.person) is gained)
        for one in changes
        if value in (one.gained if gained else one.lost)
    )
