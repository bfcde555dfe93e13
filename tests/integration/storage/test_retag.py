"""Later verdicts of many messages at once: what comes of them, and that what stands already is left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from storage import models as m
from storage.decisions import decide
from storage.errors import NoSuchMessage
from storage.messages import held_bytes, message_ids, save_batch
from storage.rebuilding import received_as
from storage.records import TagRecord
from storage.retag import renew, save_verdict
from storage.reviews import message

COUNT = 8


@pytest.fixture
def numbers(store, new_message, now):
    """Store messages; every other one is decided, one of those with other tags than the rules'."""
    save_batch(store, [new_message(number) for number in range(1, COUNT + 1)], None, now=now)
    held = message_ids(store)
    for number in held[::2]:
        stored = message(store, number)
        tags = (TagRecord(dimension="disposition", value="noise"),) if number == held[2] else stored.tags
        decide(store, number, who="ann", tags=tags, statements=stored.statements, version=stored.version, now=now)
    return held


def verdicts(numbers, new_verdict, before):
    """Give new verdicts: one in two says something else, one in four has the version of before."""
    other = new_verdict("disposition:triage", "product:place", "channel:briefing", version="r2", needs_person=False)
    return [
        (number, other if place % 4 < 2 else replace(before, rules_version="r1" if place % 4 == 2 else "r2"))
        for place, number in enumerate(numbers)
    ]


def everything(session):
    """Give all rows that verdicts make or change, as a transaction sees them, but for when they were made."""
    rows = {}
    for table in (m.message, m.verdict, m.tag, m.statement, m.rule_hit, m.decision):
        found = session.connection().execute(select(table).order_by(*table.primary_key)).mappings().all()
        rows[table.name] = [{name: row[name] for name in row if name != "made_at"} for row in found]
    return rows


def test_many_at_once_are_as_one_after_the_other(store, numbers, new_verdict, now):
    new = verdicts(numbers, new_verdict, message(store, numbers[0]).verdict)
    with store.writing() as session:
        changed = renew(session, new, now)
        together = everything(session)
        session.rollback()
    one_by_one = sum(save_verdict(store, number, verdict, now=now) for number, verdict in new)
    assert changed == one_by_one == COUNT // 2
    with store.reading() as session:
        assert everything(session) == together


def test_an_equal_verdict_of_the_same_rules_is_not_written_again(store, numbers, now):
    said = select(m.verdict.c.message_id, m.verdict.c.made_at).order_by(m.verdict.c.message_id)
    with store.writing() as session:
        before = session.connection().execute(said).all()
        same = [(number, message(store, number).verdict) for number in numbers]
        assert renew(session, same, now + timedelta(days=1)) == 0
        assert session.connection().execute(said).all() == before


def test_one_that_is_not_there_is_named(store, numbers, new_verdict, now):
    with store.writing() as session, pytest.raises(NoSuchMessage, match="There is no message 77"):
        renew(session, [(numbers[0], new_verdict("product:place")), (77, new_verdict("product:place"))], now)


def test_bytes_come_in_the_order_asked_for_without_those_that_are_gone(store, numbers, new_message, monkeypatch):
    monkeypatch.setattr("storage.messages.PORTION_BYTES", 100)  # less than two of them
    with store.writing() as session:
        session.connection().execute(text("DELETE FROM message_raw WHERE message_id = :gone"), {"gone": numbers[3]})
    asked = [*reversed(numbers), 77]
    held = list(held_bytes(store, asked))
    assert [one.id for one in held] == [number for number in reversed(numbers) if number != numbers[3]]
    assert (held[0].raw, held[0].mail_sha256) == (new_message(COUNT).raw, new_message(COUNT).mail_sha256)


def test_where_messages_lay_when_they_came(store, numbers, new_message):
    received = received_as(store, numbers)
    assert [received[number].slot for number in numbers] == [new_message(n).slot for n in range(1, COUNT + 1)]
    assert received[numbers[0]].internal_date == new_message(1).arrived_at
