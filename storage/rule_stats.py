"""How the rules do on what is stored: what each matched, how often people agreed, which always match together.

Read only, in portions, from one state of the database. Matches are of each message's latest verdict; agreement is of
the verdict that the person saw when they decided.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import Session

from storage import models as m
from storage.engine import Store
from storage.loading import tags_of
from storage.plain import read_plain
from storage.records import HitRecord, ReviewState, TagRecord
from storage.rule_pages import ALL, ReadBy
from storage.verdicts import tag_values

PORTION = 500
ASKED = "asked"  # the role of a hit that counted
FEWEST = 5  # messages in which two rules must match before it is said that they always match together


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleFigures:
    """How one rule does: messages in which it matched, and what people said where it spoke."""

    rule: str
    messages: int
    judged: int = 0  # decided messages in which it spoke for a tag that the rules proposed
    agreed: int = 0  # of these, the person kept the tag
    added: int = 0  # decided messages in which it matched, the rules did not tag, and the person did


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """Two rules that match in exactly the same messages."""

    first: str
    second: str
    messages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesFigures:
    """How the rules do on all that is stored; `versions` counts the messages by the rules that read them last."""

    messages: int
    decided: int
    rules: tuple[RuleFigures, ...]
    together: tuple[Together, ...]
    versions: tuple[tuple[str, int], ...]


def rule_figures(store: Store, read_by: ReadBy = ALL) -> RulesFigures:
    """Count, over every stored message that some rules read, what each rule matched and how it was borne out."""
    tally = _Tally()
    with store.snapshot() as session:
        for rows in _portions(session, read_by):
            _count(session, tally, rows)
    return tally.figures()


@dataclass(slots=True)
class _Tally:
    """The counts on their way; as many as there are rules and pairs of rules, however many messages."""

    messages: int = 0
    decided: int = 0
    versions: Counter[str] = field(default_factory=Counter)
    matched: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)

    def matches(self, rules: Sequence[str]) -> None:
        """Take in the rules that matched in one message."""
        self.matched.update(rules)
        self.pairs.update(combinations(sorted(rules), 2))

    def decision(self, said: Row[Any], person: Sequence[TagRecord]) -> None:
        """Take in what a person made of the verdict that they saw."""
        proposed, kept = tag_values(read_plain(TagRecord, said.tags)), tag_values(person)
        spoke = {(hit.rule, (hit.dimension, hit.value), hit.role == ASKED) for hit in read_plain(HitRecord, said.hits)}
        counted = {(rule, tag) for rule, tag, asked in spoke if asked and tag in proposed}
        missed = {(rule, tag) for rule, tag, _ in spoke if tag not in proposed and tag in kept}
        self.judged.update({rule for rule, _ in counted})
        self.agreed.update({rule for rule, _ in counted} - {rule for rule, tag in counted if tag not in kept})
        self.added.update({rule for rule, _ in missed})

    def figures(self) -> RulesFigures:
        """Give the figures, the rule that matched most first."""
        names = sorted({*self.matched, *self.judged, *self.added}, key=lambda rule: (-self.matched[rule], rule))
        return RulesFigures(
            messages=self.messages,
            decided=self.decided,
            rules=tuple(self._rule(name) for name in names),
            together=tuple(self._together()),
            versions=tuple(self.versions.most_common()),
        )

    def _rule(self, rule: str) -> RuleFigures:
        return RuleFigures(
            rule=rule,
            messages=self.matched[rule],
            judged=self.judged[rule],
            agreed=self.agreed[rule],
            added=self.added[rule],
        )

    def _together(self) -> Iterator[Together]:
        for (first, second), messages in self.pairs.most_common():
            if messages < FEWEST:
                return
            if messages == self.matched[first] == self.matched[second]:
                yield Together(first=first, second=second, messages=messages)


def _portions(session: Session, read_by: ReadBy) -> Iterator[Sequence[Row[Any]]]:
    row, last = m.message.c, 0
    columns: Select[Any] = select(row.id, row.state, row.rules_version, row.decided_version).where(*read_by.holds())
    while rows := session.connection().execute(columns.where(row.id > last).order_by(row.id).limit(PORTION)).all():
        yield rows
        last = rows[-1].id


def _count(session: Session, tally: _Tally, rows: Sequence[Row[Any]]) -> None:
    tally.messages += len(rows)
    tally.versions.update(row.rules_version for row in rows)
    for rules in _matched(session, [row.id for row in rows]).values():
        tally.matches(rules)
    decided = {row.id: row.decided_version for row in rows if row.state != ReviewState.PENDING}
    tally.decided += len(decided)
    people = tags_of(session, list(decided))
    for said in _seen(session, list(decided)):
        if said.rules_version == decided[said.message_id]:
            tally.decision(said, people[said.message_id])


def _matched(session: Session, ids: list[int]) -> dict[int, list[str]]:
    hit = m.rule_hit.c
    found: dict[int, list[str]] = {}
    for message_id, rule in session.connection().execute(
        select(hit.message_id, hit.rule).where(hit.message_id.in_(ids))
    ):
        found.setdefault(message_id, []).append(rule)
    return found


def _seen(session: Session, ids: list[int]) -> Sequence[Row[Any]]:
    said = m.verdict.c
    columns: Select[Any] = select(said.message_id, said.rules_version, said.tags, said.hits)
    found: Sequence[Row[Any]] = session.connection().execute(columns.where(said.message_id.in_(ids))).all()
    return found


def decided_tags(store: Store, message_ids: Sequence[int]) -> dict[int, frozenset[tuple[str, str]]]:
    """Give, of those messages that a person has decided, the tags as (dimension, value) that they decided on."""
    row = m.message.c
    with store.reading() as session:
        decided = select(row.id).where(row.id.in_(message_ids), row.state != ReviewState.PENDING)
        ids = session.connection().execute(decided).scalars().all()
        return {message_id: tag_values(tags) for message_id, tags in tags_of(session, ids).items()}
