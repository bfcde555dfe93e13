"""The random check and the second reader: who is drawn, what is asked of whom, and the figures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from storage.draw import Draw, draw_of, set_shares
from storage.errors import SecondReadingRefused
from storage.integrity import verify
from storage.messages import save_message
from storage.records import QueueFilter, ReviewState, TagRecord
from storage.retag import save_verdict
from storage.reviews import confirm_many, decide, message, queue, record_look, undo
from storage.runs import status_counts
from storage.samples import agreements, awaits_check, random_check, second_readings
from storage.second import (
    latest_second_readings,
    next_to_read,
    save_second_reading,
    second_reading_of,
    to_read,
    undo_second_reading,
)

START, END = datetime(2011, 3, 1, tzinfo=UTC), datetime(2011, 4, 1, tzinfo=UTC)
TAGS = ("disposition:triage", "product:cohesion")


def tagged(*values):
    return tuple(TagRecord(dimension=one.split(":")[0], value=one.split(":")[1]) for one in values)


@pytest.fixture
def put(store, new_message, new_verdict, now):
    """Store message `number`, of which the rules are sure or not."""

    def one(number, *, sure=True, **more):
        verdict = new_verdict(*TAGS, needs_person=not sure)
        return save_message(store, new_message(number, verdict=verdict, **more), now=now).message_id

    return one


@pytest.fixture
def settle(store, now):
    """Decide on a message: as proposed, or with other tags."""

    def one(number, *values, who="ann"):
        stands = message(store, number)
        tags = tagged(*values) if values else stands.tags
        decide(store, number, version=stands.version, who=who, tags=tags, statements=stands.statements, now=now)

    return one


def numbers(store, **chosen):
    return [row.id for row in queue(store, QueueFilter(**chosen)).rows]


def test_draw_is_a_share_and_the_same_again():
    draw = Draw(secret=b"0" * 32, check_share=0.2, second_share=0.1)
    mails = [f"{number:064x}" for number in range(5000)]
    drawn = [mail for mail in mails if draw.checks(mail)]
    twice = [mail for mail in mails if draw.reads_twice(mail)]
    assert 900 < len(drawn) < 1100
    assert 60 < len(set(drawn) & set(twice)) < 140  # the two draws are independent
    assert all(Draw(secret=b"0" * 32, check_share=0.3).checks(mail) for mail in drawn)
    assert [mail for mail in mails if Draw(secret=b"1" * 32, check_share=0.2).checks(mail)] != drawn


def test_shares_are_five_per_cent_until_they_are_set(store):
    with store.writing() as session:
        session.connection().execute(text("DELETE FROM fact WHERE name LIKE :name"), {"name": "% share"})
    assert (draw_of(store).check_share, draw_of(store).second_share) == (0.05, 0.05)
    set_shares(store, check=0.5, second=0.25)
    set_shares(store, check=0.125, second=0.25)
    assert (draw_of(store).check_share, draw_of(store).second_share) == (0.125, 0.25)


def test_what_is_drawn_stands_with_what_needs_a_person(store, put):
    sure = put(1)
    set_shares(store, check=1, second=0)
    unsure, drawn = put(2, sure=False), put(3)
    assert numbers(store) == [drawn, unsure, sure]
    assert numbers(store, random_check=True) == [drawn, sure]
    assert [row.random_check for row in queue(store, QueueFilter()).rows] == [True, False, True]
    assert message(store, drawn).random_check
    assert numbers(store, tags=(("product", "cohesion"),)) == numbers(store, rule="P-01") == [drawn, unsure, sure]
    counts = status_counts(store)
    assert (counts.pending, counts.needs_person) == (3, 1)


def test_a_changed_share_draws_anew_among_what_is_stored(store, put):
    before = put(1)
    put(2, sure=False)
    assert set_shares(store, check=1, second=1) == 2
    assert set_shares(store, check=1, second=1) == 0
    assert numbers(store, random_check=True) == [before]
    assert set_shares(store, check=0, second=0) == 2
    assert numbers(store, random_check=True) == []
    assert verify(store).faults == ()


def test_place_of_a_drawn_message_outlives_decision_undo_and_new_rules(store, put, settle, new_verdict, now):
    set_shares(store, check=1, second=0)
    drawn, newer = put(1), put(2)
    settle(drawn)
    assert numbers(store, random_check=True) == [newer, drawn]
    undo(store, "ann", now=now)
    save_verdict(store, drawn, new_verdict(*TAGS, version="r2", needs_person=False), now=now)
    assert (status_counts(store).pending, status_counts(store).needs_person) == (2, 0)
    assert verify(store).faults == ()


def test_estimate_counts_the_drawn_that_were_checked(store, put, settle):
    undrawn = put(1)
    set_shares(store, check=1, second=0)
    ids = [put(number) for number in range(2, 6)]
    put(6, sure=False)
    put(7, from_team=True)
    settle(ids[0])
    settle(ids[1])
    settle(ids[2], "disposition:triage", "product:place")
    found = random_check(store, START, END)
    assert (found.passing, found.drawn, found.checked) == (5, 5, 3)
    assert (found.right.part, found.right.whole) == (2, 3)
    assert found.right.low < 2 / 3 < found.right.high
    assert random_check(store, END, END.replace(month=5)).right.share is None
    assert random_check(store, START, END, "other").passing == 0
    assert undrawn


def test_estimate_goes_by_the_rules_that_the_person_saw(store, put, settle, new_verdict, now):
    set_shares(store, check=1, second=0)
    doubted, trusted = put(1, sure=False), put(2)
    settle(doubted)
    settle(trusted)
    for number in (doubted, trusted):
        verdict = new_verdict("product:place", version="r2", needs_person=number == trusted)
        save_verdict(store, number, verdict, now=now)
    found = random_check(store, START, END)
    assert (found.drawn, found.checked, found.right.part) == (1, 1, 1)


@pytest.fixture
def second(store, put, settle):
    """Give two decided messages that a second person is to read, and one that waits."""
    set_shares(store, check=0, second=1)
    ids = [put(number) for number in (1, 2, 3)]
    settle(ids[0])
    settle(ids[1], who="ben")
    return ids


def test_second_reader_gets_what_others_decided(store, second):
    assert [row.id for row in to_read(store, "cat").rows] == [second[1], second[0]]
    assert [row.id for row in to_read(store, "ann").rows] == second[1:2]
    assert to_read(store, "cat").count == 2
    assert next_to_read(store, "cat", second[1]) == second[0]
    assert next_to_read(store, "cat", second[0]) is None


def test_second_reading_is_kept_and_changes_nothing(store, second, now):
    before = message(store, second[0])
    read = save_second_reading(store, second[0], who="cat", tags=tagged("disposition:triage"), now=now)
    assert message(store, second[0]) == before
    assert (read.who, read.first_who, read.agrees) == ("cat", "ann", False)
    assert read.first_tags == before.tags
    assert second_reading_of(store, second[0]) == read
    assert latest_second_readings(store) == (read,)
    assert [row.id for row in to_read(store, "dan").rows] == second[1:2]


@pytest.mark.parametrize(
    ("place", "who"),
    [pytest.param(0, "ann", id="own decision"), pytest.param(2, "cat", id="not decided")],
)
def test_second_reading_is_refused(store, second, now, place, who):
    with pytest.raises(SecondReadingRefused):
        save_second_reading(store, second[place], who=who, tags=tagged(*TAGS), now=now)


def test_message_is_read_a_second_time_once(store, second, now):
    save_second_reading(store, second[0], who="cat", tags=tagged(*TAGS), now=now)
    with pytest.raises(SecondReadingRefused):
        save_second_reading(store, second[0], who="dan", tags=tagged(*TAGS), now=now)


def test_second_reading_is_taken_back_while_its_reader_is_blind(store, second, now):
    for number in second[:2]:
        save_second_reading(store, number, who="cat", tags=tagged(*TAGS), now=now)
    soon, late = now + timedelta(minutes=5), now + timedelta(minutes=6)
    assert [undo_second_reading(store, second[0], who=who, now=at) for who, at in (("dan", soon), ("cat", late))] == [
        False,
        False,
    ]
    assert undo_second_reading(store, second[0], who="cat", now=soon)
    assert [row.id for row in to_read(store, "cat").rows] == second[:1]
    record_look(store, second[1], who="cat", what="message", now=now)
    assert not undo_second_reading(store, second[1], who="cat", now=now)


def test_agreement_is_told_dimension_by_dimension(store, second, now):
    save_second_reading(store, second[0], who="cat", tags=tagged(*TAGS), now=now)
    save_second_reading(store, second[1], who="cat", tags=tagged("disposition:spam"), now=now)
    found = {one.dimension: one for one in agreements(second_readings(store, START, END))}
    assert list(found) == ["disposition", "product", "user_category", "use", "channel"]
    assert (found["disposition"].messages, found["disposition"].same, found["disposition"].kappa) == (2, 1, 0.0)
    assert found["use"].kappa is None
    assert second_readings(store, END, END.replace(month=5)) == ()


def test_sentence_marked_quotable_comes_back_so(store, new_message, now):
    stored = message(store, save_message(store, new_message(1), now=now).message_id)
    marked = tuple(replace(one, quotable=True) for one in stored.statements)
    given = {"version": 1, "who": "ann", "tags": stored.tags, "statements": marked, "now": now}
    after = decide(store, stored.id, **given)
    assert [one.quotable for one in after.statements] == [True]
    assert after.state is ReviewState.CONFIRMED
    assert message(store, stored.id).history[-1].statements_after == marked


def test_estimate_does_not_rise_when_later_rules_are_confirmed(store, put, settle, new_verdict, now):
    set_shares(store, check=1, second=0)
    wrong = put(1)
    settle(wrong, "product:place")
    save_verdict(store, wrong, new_verdict("product:place", version="r2", needs_person=False), now=now)
    settle(wrong, "product:place", who="ben")
    found = random_check(store, START, END)
    assert (found.checked, found.right.part) == (1, 0)


def test_estimate_goes_by_the_first_decision_that_was_not_undone(store, put, settle, new_verdict, now):
    set_shares(store, check=1, second=0)
    drawn = put(1)
    settle(drawn)
    undo(store, "ann", now=now)
    save_verdict(store, drawn, new_verdict("product:place", version="r2", needs_person=False), now=now)
    settle(drawn)
    found = random_check(store, START, END)
    assert (found.checked, found.right.part) == (1, 1)


def test_what_was_drawn_is_not_confirmed_with_a_list(store, put, now):
    set_shares(store, check=1, second=0)
    drawn, unsure = put(1), put(2, sure=False)
    found = confirm_many(store, [(drawn, 1), (unsure, 1)], "ann", now)
    assert (found.done, found.refused) == ((unsure,), (drawn,))
    assert numbers(store, random_check=True) == [drawn]


def test_who_confirmed_a_list_has_not_checked_what_is_drawn_since(store, put, settle, now):
    drawn = put(1)
    confirm_many(store, [(drawn, 1)], "ann", now)
    set_shares(store, check=1, second=0)
    found = random_check(store, START, END)
    assert (found.drawn, found.checked, found.right.share) == (1, 0, None)
    assert awaits_check(message(store, drawn))
    settle(drawn, who="ben")
    assert not awaits_check(message(store, drawn))
    undo(store, "ben", now=now)
    assert awaits_check(message(store, drawn))


def test_second_reader_never_decided_the_message_nor_looked_at_it_since(store, second, now, settle):
    settle(second[0], "product:place", who="dan")
    record_look(store, second[1], who="cat", what="message", now=now)
    assert [row.id for row in to_read(store, "ann").rows] == [second[1]]
    assert [row.id for row in to_read(store, "cat").rows] == [second[0]]
    with pytest.raises(SecondReadingRefused):
        save_second_reading(store, second[0], who="ann", tags=tagged(*TAGS), now=now)


def test_look_before_the_decision_keeps_a_reader_blind(store, second, now):
    record_look(store, second[1], who="cat", what="message", now=now - timedelta(hours=1))
    record_look(store, second[0], who="cat", what="second reading", now=now)
    assert [row.id for row in to_read(store, "cat").rows] == [second[1], second[0]]
