"""The queue: its order, its filters, its pages, and what is next in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.messages import save_batch
from storage.records import QueueFilter, ReviewState, Slot
from storage.reviews import confirm_many, decide, message, next_in, queue, thread

PENDING = QueueFilter(states=(ReviewState.PENDING,))


@pytest.fixture
def ids(store, new_message, new_verdict, now):
    """Store six messages: odd ones need a person, every third is about place."""
    batch = []
    for number in range(6):
        product = "place" if number % 3 == 0 else "cohesion"
        verdict = new_verdict("disposition:triage", f"product:{product}", needs_person=number % 2 == 1)
        batch.append(new_message(number, verdict=verdict))
    return [one.message_id for one in save_batch(store, tuple(batch), None, now=now)]


def numbers(ids, page):
    return [ids.index(row.id) for row in page.rows]


def test_what_needs_a_person_comes_first_then_the_newest(store, ids, now):
    confirm_many(store, [(ids[5], 1)], "ann", now)
    assert numbers(ids, queue(store, QueueFilter())) == [3, 1, 4, 2, 0, 5]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param(QueueFilter(needs_person=True), [5, 3, 1], id="needs a person"),
        pytest.param(QueueFilter(needs_person=False), [4, 2, 0], id="needs nobody"),
        pytest.param(QueueFilter(tags=(("product", "place"),)), [3, 0], id="one tag"),
        pytest.param(QueueFilter(tags=(("disposition", "triage"), ("product", "place"))), [3, 0], id="two tags"),
        pytest.param(QueueFilter(tags=(("product", "none"),)), [], id="unknown tag"),
        pytest.param(QueueFilter(rule="P-01"), [5, 3, 1, 4, 2, 0], id="rule"),
        pytest.param(QueueFilter(rule="P-01", tags=(("product", "place"),)), [3, 0], id="rule and tag"),
        pytest.param(QueueFilter(month="2011-03", tags=(("product", "place"),)), [3, 0], id="month and tag"),
        pytest.param(QueueFilter(month="2011-03", rule="P-01"), [5, 3, 1, 4, 2, 0], id="month and rule"),
        pytest.param(QueueFilter(month="2011-04"), [], id="another month"),
        pytest.param(QueueFilter(account="statshop", folder="INBOX"), [5, 3, 1, 4, 2, 0], id="folder"),
        pytest.param(QueueFilter(folder="Junk"), [], id="another folder"),
        pytest.param(QueueFilter(below_confidence=0.8), [], id="confidence"),
        pytest.param(QueueFilter(below_confidence=0.9, words="services"), [5, 4, 3, 2, 1, 0], id="words"),
    ],
)
def test_filters(store, ids, chosen, expected):
    page = queue(store, chosen)
    assert numbers(ids, page) == expected
    assert page.count == len(expected)


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(QueueFilter(), id="all"),
        pytest.param(QueueFilter(tags=(("disposition", "triage"),)), id="tag"),
        pytest.param(QueueFilter(rule="P-01"), id="rule"),
        pytest.param(QueueFilter(words="services"), id="words"),
    ],
)
def test_pages_follow_each_other_without_gap_or_double(store, ids, chosen):
    whole, after, pages = numbers(ids, queue(store, chosen)), "", []
    while True:
        page = queue(store, chosen, after=after, limit=4)
        pages += numbers(ids, page)
        after = page.after
        if not after:
            break
    assert pages == whole


@pytest.mark.parametrize("cursor", ["x", "1_2", "1_2_3", "2_2011-03-14T12:00:00+00:00_x", "9" * 400])
def test_a_cursor_of_no_sense_gives_the_first_page(store, ids, cursor):
    assert len(queue(store, QueueFilter(), after=cursor).rows) == 6


def test_counts_are_exact_up_to_a_thousand(store, new_message, now):
    save_batch(store, tuple(new_message(number) for number in range(1001)), None, now=now)
    page = queue(store, QueueFilter())
    assert (page.count, page.count_is_exact) == (1000, False)
    assert queue(store, QueueFilter(month="2011-03")).count == 419
    assert queue(store, QueueFilter(month="2011-03")).count_is_exact


def test_f79_the_month_is_that_of_london(store, new_message, now):
    late = datetime(2011, 3, 31, 23, 30, tzinfo=UTC)
    save_batch(store, (new_message(1, arrived_at=late),), None, now=now)
    assert queue(store, QueueFilter(month="2011-04")).count == 1


def test_f74_next_in_my_filter(store, ids, now):
    assert ids.index(next_in(store, PENDING, ids[5])) == 3
    assert ids.index(next_in(store, QueueFilter(tags=(("product", "place"),)), ids[3])) == 0
    assert next_in(store, PENDING, ids[0]) is None
    assert ids.index(next_in(store, QueueFilter(words="services"), ids[3])) == 2


def test_f74_next_after_deciding_is_the_one_that_stood_behind(store, ids, now):
    first = message(store, ids[3])
    decide(store, ids[3], version=1, who="ann", tags=first.tags, statements=(), now=now)
    assert ids.index(next_in(store, PENDING, ids[3])) == 1


def test_a_thread_is_given_oldest_first(store, new_message, now):
    batch = (new_message(2, thread_key="<t@x>"), new_message(1, thread_key="<t@x>"), new_message(3))
    saved = save_batch(store, batch, None, now=now)
    assert [row.id for row in thread(store, saved[0].message_id)] == [saved[1].message_id, saved[0].message_id]


def test_messages_of_one_moment_keep_an_order(store, new_message, now):
    batch = tuple(replace(new_message(number), arrived_at=now) for number in range(5))
    save_batch(store, batch, None, now=now)
    first = queue(store, QueueFilter(words="services"), limit=3)
    rest = queue(store, QueueFilter(words="services"), after=first.after, limit=3)
    assert len({row.id for row in (*first.rows, *rest.rows)}) == 5


@pytest.mark.parametrize("year", [1, 102, 1969, 2096, 9999])
def test_f49_any_year_is_stored_and_paged(store, new_message, now, year):
    odd = datetime(year, 6, 2, tzinfo=UTC)
    save_batch(store, tuple(new_message(n, arrived_at=odd + timedelta(hours=n)) for n in range(3)), None, now=now)
    page = queue(store, QueueFilter(month=f"{year:04}-06"), limit=2)
    assert len(queue(store, QueueFilter(month=f"{year:04}-06"), after=page.after).rows) == 1


def test_other_accounts_are_other_queues(store, new_message, now):
    there = Slot(account="second", folder="INBOX", uidvalidity=1, uid=1)
    save_batch(store, (new_message(1), new_message(2, slot=there)), None, now=now)
    assert queue(store, QueueFilter(account="second")).count == 1
