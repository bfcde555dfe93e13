"""Decided messages out of the store as examples to learn from. Pure."""

from classifiers.cues import cues_of
from classifiers.learning import Example
from classifiers.verdict import Dimension, Hit, Role, Statement, StatementKind, Tag, Verdict, ZoneKind
from storage.confirmed import ConfirmedMessage
from storage.records import HitRecord, StatementRecord, TagRecord, VerdictRecord

TRIAGE = (Dimension.DISPOSITION, "triage")


def example_of(message: ConfirmedMessage) -> Example | None:
    """Make an example of a decided message; None where the rules say that nobody has to read it."""
    verdict = verdict_of(message.verdict)
    rules = frozenset((tag.dimension, tag.value) for tag in verdict.tags)
    if TRIAGE not in rules:
        return None
    return Example(
        cues=cues_of(verdict, tuple(ZoneKind(kind) for kind in message.zones)),
        rules=rules,
        person=frozenset((Dimension(tag.dimension), tag.value) for tag in message.tags),
        group=message.sender,
    )


def verdict_of(record: VerdictRecord) -> Verdict:
    """Make a verdict again of its record."""
    return Verdict(
        rules_version=record.rules_version,
        tags=tuple(_tag(tag) for tag in record.tags),
        statements=tuple(_statement(said) for said in record.statements),
        hits=tuple(_hit(hit) for hit in record.hits),
        confidence=record.confidence,
        needs_person=record.needs_person,
        reasons=record.reasons,
        disputed=record.disputed,
    )


def _tag(tag: TagRecord) -> Tag:
    return Tag(dimension=Dimension(tag.dimension), value=tag.value, confidence=tag.confidence, reason=tag.reason)


def _statement(said: StatementRecord) -> Statement:
    return Statement(
        kind=StatementKind(said.kind), zone=said.zone, start=said.start, end=said.end, text=said.text, rule=said.rule
    )


def _hit(hit: HitRecord) -> Hit:
    return Hit(
        rule=hit.rule,
        dimension=Dimension(hit.dimension),
        value=hit.value,
        zone=hit.zone,
        start=hit.start,
        end=hit.end,
        words=hit.words,
        weight=hit.weight,
        role=Role(hit.role),
    )
