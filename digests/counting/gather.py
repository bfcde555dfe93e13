"""One pass over a month's messages: coded records, sentences, words, corrections. Nothing else of them is kept."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from classifiers.catalogue import Dimension, Role, StatementKind
from digests.counting.coded import Coded, Numbering, code
from digests.words import plain
from storage.forgetting import WITHDRAWN
from storage.records import CountedMessage, ReviewState, TagRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A sentence that states a use or a decision, and whose it is."""

    kind: str
    text: str
    arrived_at: datetime
    sender: str
    coded: Coded
    user_address: str = ""  # the sender's, or that of who wrote what the sender forwarded
    quotable: bool = False  # a reviewer says that it may be published


@dataclass(frozen=True, kw_only=True, slots=True)
class Misdated:
    """A message whose own date lies far from its arrival."""

    message_id: int
    arrived_at: datetime
    sent_at: datetime
    arrived_source: str


@dataclass(kw_only=True, slots=True)
class RuleRecord:
    """How often a rule's tag stood before a reviewer, and how often it was taken away."""

    dimension: str
    value: str
    proposed: int = 0
    overruled: int = 0


@dataclass(kw_only=True, slots=True)
class Gathered:
    """What one pass has found so far; `add` takes the next message."""

    misdated_after_days: int = 1
    count_pending: bool = True
    coded: list[Coded] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    misdated: list[Misdated] = field(default_factory=list)
    words: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: dict[tuple[str, str, str], RuleRecord] = field(default_factory=dict)
    agreed: Counter[str] = field(default_factory=Counter)
    agreed_of_users: Counter[str] = field(default_factory=Counter)  # the same of users' messages alone
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    _threads: Numbering = field(default_factory=Numbering)
    _senders: Numbering = field(default_factory=Numbering)

    def add(self, message: CountedMessage) -> None:
        """Take one message in."""
        coded = code(message, self._threads, self._senders)
        self.coded.append(coded)
        self._note_date(message)
        if not message.from_team and coded.reviewed:
            self._note_review(message, coded)
        if coded.is_users and (self.count_pending or coded.reviewed):
            self._note_statements(message, coded)
            self._note_words(message, coded)

    def _note_date(self, message: CountedMessage) -> None:
        if message.sent_at is None:
            return
        apart = abs((message.arrived_at - message.sent_at).total_seconds())
        if apart > self.misdated_after_days * 86_400:
            self.misdated.append(
                Misdated(
                    message_id=message.id,
                    arrived_at=message.arrived_at,
                    sent_at=message.sent_at,
                    arrived_source=message.arrived_source,
                )
            )

    def _note_statements(self, message: CountedMessage, coded: Coded) -> None:
        self.said.extend(
            Said(
                kind=statement.kind,
                text=plain(statement.text),
                arrived_at=message.arrived_at,
                sender=plain(message.sender),
                user_address=plain(message.user_address),
                coded=coded,
                quotable=statement.quotable and coded.reviewed,
            )
            for statement in message.statements
            if statement.text != WITHDRAWN  # erased, or taken by retention: no words are left to quote
        )

    def _note_words(self, message: CountedMessage, coded: Coded) -> None:
        """Count in how many messages each form of words named a product that counts."""
        named = {
            (hit.value, plain(hit.words).casefold())
            for hit in message.hits
            if hit.dimension == Dimension.PRODUCT and hit.role == Role.ASKED and hit.value in coded.products
        }
        self.words.update(named)

    def _note_review(self, message: CountedMessage, coded: Coded) -> None:
        proposed, decided = _pairs(message.proposed), _pairs(message.tags)
        for dimension in Dimension:
            same = {p for p in proposed if p[0] == dimension} == {d for d in decided if d[0] == dimension}
            self.agreed[dimension] += same
            self.agreed_of_users[dimension] += same and coded.is_users
        if message.state is ReviewState.CORRECTED:
            self.taken.update(proposed - decided)
            self.given.update(decided - proposed)
        self._note_rules(message, proposed, decided)

    def _note_rules(
        self, message: CountedMessage, proposed: set[tuple[str, str]], decided: set[tuple[str, str]]
    ) -> None:
        fired = {(h.rule, h.dimension, h.value) for h in message.hits if (h.dimension, h.value) in proposed}
        for rule, dimension, value in fired:
            record = self.rules.setdefault((rule, dimension, value), RuleRecord(dimension=dimension, value=value))
            record.proposed += 1
            record.overruled += (dimension, value) not in decided

    def sentences(self, kind: StatementKind) -> list[Said]:
        """Give the sentences of one kind in the order of arrival."""
        chosen = [said for said in self.said if said.kind == kind]
        return sorted(chosen, key=lambda said: (said.arrived_at, said.coded.id))

    def words_by_product(self) -> dict[str, list[tuple[str, int]]]:
        """Give for each product the words that named it, the commonest first."""
        products: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for (product, words), number in self.words.items():
            products[product].append((words, number))
        return {product: sorted(found, key=lambda pair: (-pair[1], pair[0])) for product, found in products.items()}


def _pairs(tags: tuple[TagRecord, ...]) -> set[tuple[str, str]]:
    return {(tag.dimension, tag.value) for tag in tags}
