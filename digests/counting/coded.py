"""The coded record of a message: what a digest counts, with no word, name or address in it.

It outlives the message: an issue is frozen with its coded records, so that its numbers can be explained and compared
after a person has been erased.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from classifiers.catalogue import Dimension, StatementKind
from digests.period import month_of
from storage.records import CountedMessage, ReviewState, TagRecord

TRIAGE = "triage"


@dataclass(frozen=True, kw_only=True, slots=True)
class Coded:
    """One message as it is counted. `thread` and `sender` are numbers that are equal for equal ones within a digest."""

    id: int
    month: str
    disposition: str
    user: str
    products: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    states_decision: bool = False
    state: ReviewState = ReviewState.PENDING
    from_team: bool = False
    thread: int = 0
    sender: int = 0
    arrived_source: str = ""

    @property
    def is_users(self) -> bool:
        """Say whether it counts as a user's message: written to be read, and not by the team itself."""
        return self.disposition == TRIAGE and not self.from_team

    @property
    def reviewed(self) -> bool:
        """Say whether a person has decided."""
        return self.state is not ReviewState.PENDING


class Numbering:
    """Give each key a number, the same for equal keys; the keys themselves are not kept in a digest."""

    def __init__(self) -> None:
        """Begin with no key known."""
        self._known: dict[str, int] = {}

    def of(self, key: str, alone: int) -> int:
        """Give the key's number; a message without a key is `alone`, as nobody else's."""
        return self._known.setdefault(key or f"message {alone}", len(self._known) + 1)


def code(message: CountedMessage, threads: Numbering, senders: Numbering) -> Coded:
    """Reduce a message to what is counted."""
    values = _values(message.tags)
    return Coded(
        id=message.id,
        month=month_of(message.arrived_at),
        disposition=_one(values, Dimension.DISPOSITION, TRIAGE),
        user=_one(values, Dimension.USER_CATEGORY, "unknown"),
        products=values.get(Dimension.PRODUCT, ()),
        uses=values.get(Dimension.USE, ()),
        channels=values.get(Dimension.CHANNEL, ()),
        states_decision=any(statement.kind == StatementKind.DECISION for statement in message.statements),
        state=message.state,
        from_team=message.from_team,
        thread=threads.of(message.thread_key, message.id),
        sender=senders.of(message.sender_key, message.id),
        arrived_source=message.arrived_source,
    )


def code_all(messages: Iterable[CountedMessage]) -> tuple[Coded, ...]:
    """Reduce all messages."""
    threads, senders = Numbering(), Numbering()
    return tuple(code(message, threads, senders) for message in messages)


def to_row(coded: Coded) -> list[object]:
    """Write a coded record as a short JSON list."""
    return [
        coded.id,
        coded.month,
        coded.disposition,
        coded.user,
        list(coded.products),
        list(coded.uses),
        list(coded.channels),
        int(coded.states_decision),
        coded.state.value,
        int(coded.from_team),
        coded.thread,
        coded.sender,
        coded.arrived_source,
    ]


def from_row(row: list[object]) -> Coded:
    """Read a coded record back."""
    number, month, disposition, user, products, uses, channels, decision, state, team, thread, sender, source = row
    return Coded(
        id=int(str(number)),
        month=str(month),
        disposition=str(disposition),
        user=str(user),
        products=_texts(products),
        uses=_texts(uses),
        channels=_texts(channels),
        states_decision=bool(decision),
        state=ReviewState(str(state)),
        from_team=bool(team),
        thread=int(str(thread)),
        sender=int(str(sender)),
        arrived_source=str(source),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _values(tags: tuple[TagRecord, ...]) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for tag in tags:
        if tag.value not in values.get(tag.dimension, ()):
            values[tag.dimension] = (*values.get(tag.dimension, ()), tag.value)
    return values


def _one(values: dict[str, tuple[str, ...]], dimension: Dimension, otherwise: str) -> str:
    return next(iter(values.get(dimension, ())), otherwise)
