"""Verdicts as rows: what the rules said, the tags and statements that count, and which rules hit."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from storage.plain import Plain, all_plain, read_plain, texts_plain
from storage.records import HitRecord, StatementRecord, TagRecord, VerdictRecord

RULES, PERSON = "rules", "person"


def verdict_row(message_id: int, verdict: VerdictRecord, made_at: datetime) -> Plain:
    """Give the row of `verdict`."""
    return {
        "message_id": message_id,
        "rules_version": verdict.rules_version,
        "made_at": made_at,
        "tags": all_plain(verdict.tags),
        "statements": all_plain(verdict.statements),
        "hits": all_plain(verdict.hits),
        "confidence": verdict.confidence,
        "needs_person": verdict.needs_person,
        "disputed": verdict.disputed,
        "reasons": texts_plain(verdict.reasons),
    }


def read_verdict(row: Mapping[str, Any]) -> VerdictRecord:
    """Make the record again."""
    return VerdictRecord(
        rules_version=row["rules_version"],
        tags=read_plain(TagRecord, row["tags"]),
        statements=read_plain(StatementRecord, row["statements"]),
        hits=read_plain(HitRecord, row["hits"]),
        confidence=row["confidence"],
        needs_person=row["needs_person"],
        disputed=row["disputed"],
        reasons=tuple(row["reasons"]),
    )


def disagrees(rules: Iterable[TagRecord], person: Iterable[TagRecord], overruled: Iterable[TagRecord] | None) -> bool:
    """Say whether the rules say something that a message's reviewer has neither said nor overruled.

    `overruled` are the tags that the reviewer was shown; None: nothing holds them any more.
    """
    said = tag_values(rules)
    return said != tag_values(person) and (overruled is None or said != tag_values(overruled))


def tag_rows(
    message_id: int, tags: Iterable[TagRecord], source: str, *, rank: int, arrived_at: datetime
) -> list[Plain]:
    """Give the rows of `tag`; a tag that is named twice is one tag."""
    place = {"message_id": message_id, "source": source, "queue_rank": rank, "arrived_at": arrived_at}
    once = {(plain["dimension"], plain["value"]): plain for plain in reversed(all_plain(tags))}
    return [plain | place | {"position": number} for number, plain in enumerate(reversed(once.values()))]


def statement_rows(message_id: int, statements: Iterable[StatementRecord], source: str) -> list[Plain]:
    """Give the rows of `statement`."""
    return [
        {
            "message_id": message_id,
            "position": number,
            "kind": said.kind,
            "text": said.text,
            "zone": said.zone,
            "start": said.start,
            "stop": said.end,
            "rule": said.rule,
            "source": source,
            "quotable": said.quotable,
        }
        for number, said in enumerate(statements)
    ]


def rule_hit_rows(message_id: int, verdict: VerdictRecord, *, rank: int, arrived_at: datetime) -> list[Plain]:
    """Give the rows of `rule_hit`: one a rule, however often it hit."""
    rules = dict.fromkeys(hit.rule for hit in verdict.hits)
    return [{"message_id": message_id, "rule": rule, "queue_rank": rank, "arrived_at": arrived_at} for rule in rules]


def read_tag(row: Row[Any]) -> TagRecord:
    """Make a tag of its row."""
    return TagRecord(dimension=row.dimension, value=row.value, confidence=row.confidence, reason=row.reason)


def read_statement(row: Row[Any]) -> StatementRecord:
    """Make a statement of its row."""
    return StatementRecord(
        kind=row.kind,
        text=row.text,
        zone=row.zone,
        start=row.start,
        end=row.stop,
        rule=row.rule,
        quotable=row.quotable,
    )


def tag_values(tags: Iterable[TagRecord]) -> frozenset[tuple[str, str]]:
    """Give what tags say, without how sure and why: equal sets are equal opinions."""
    return frozenset((tag.dimension, tag.value) for tag in tags)


def quoted(statements: Iterable[StatementRecord]) -> frozenset[tuple[str, str]]:
    """Give what statements say."""
    return frozenset((said.kind, said.text) for said in statements)
