"""Every filter and pairs of them against a plain reading of the rows, wherever the walk begins."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import pytest

from storage import marks, ts_walks, walks, word_walks
from storage import queue as queue_module
from storage.draw import set_shares
from storage.engine import open_store
from storage.messages import save_batch
from storage.order import queue_rank
from storage.records import QueueFilter, ReviewState, ZoneRecord
from storage.retag import save_verdict
from storage.reviews import confirm_many, flag, message, next_in, queue

FILTERS = (
    {"states": (ReviewState.PENDING,)},
    {"states": (ReviewState.CONFIRMED,)},
    {"states": (ReviewState.PENDING, ReviewState.CORRECTED)},
    {"states": (ReviewState.CONFIRMED, ReviewState.CORRECTED)},
    {"needs_person": True},
    {"needs_person": False},
    {"tags": (("product", "place"),)},
    {"tags": (("product", "cohesion"), ("use", "equality"))},
    {"rule": "P-01"},
    {"below_confidence": 0.8},
    {"month": "2011-03"},
    {"folder": "INBOX"},
    {"flagged_for": "rob"},
    {"words": "services"},
)
RARER = ({"account": "statshop"}, {"disagrees": True}, {"random_check": True}, {"set_aside": True})


@pytest.fixture
def held(store, new_message, new_set_aside, new_verdict, now):
    """Store a dozen messages of all kinds, and decide some."""
    batch = []
    for number in range(12):
        tags = ["disposition:triage", f"product:{'place' if number % 3 == 0 else 'cohesion'}"]
        tags += ["use:equality"] if number % 4 == 0 else []
        verdict = new_verdict(*tags, needs_person=number % 2 == 1)
        verdict = replace(verdict, confidence=0.7 if number % 5 == 0 else 0.9)
        batch.append(new_message(number, verdict=verdict))
    save_batch(store, (new_set_aside(7),), None, now=now)
    ids = [one.message_id for one in save_batch(store, tuple(batch), None, now=now)]
    confirm_many(store, [(number, 1) for number in ids[::4]], "ann", now)
    flag(store, ids[6], who="ann", flagged_for="rob", now=now)
    later = new_verdict("disposition:triage", "product:place", version="r2", needs_person=False)
    renewed = [save_verdict(store, number, later, now=now) for number in ids[3:5]]  # one of them is decided
    assert all(renewed)
    set_shares(store, check=0.5, second=0)
    if store.on_postgresql:
        store.outside("ANALYZE")
    return [message(store, number) for number in ids]


def passes(one, chosen):
    """Say of one message whether a filter lets it through."""
    tags = {(tag.dimension, tag.value) for tag in one.tags}
    return (
        (not chosen.states or one.state in chosen.states)
        and (chosen.needs_person in (None, one.verdict.needs_person))
        and set(chosen.tags) <= tags
        and (not chosen.rule or chosen.rule in {hit.rule for hit in one.verdict.hits})
        and (chosen.below_confidence is None or one.verdict.confidence < chosen.below_confidence)
        and (not chosen.flagged_for or one.flagged_for == chosen.flagged_for)
        and chosen.account in ("", one.account)
        and (not chosen.disagrees or (one.state is not ReviewState.PENDING and one.verdict.rules_version == "r2"))
        and (not chosen.random_check or one.random_check)
        and (not chosen.set_aside or one.subject == "Request 7")
    )


def expected(held, chosen):
    found = [one for one in held if passes(one, chosen)]
    if chosen.words:
        return [one.id for one in sorted(found, key=lambda one: one.arrived_at, reverse=True)]
    ranked = {one.id: queue_rank(one.state, one.verdict.needs_person or one.random_check) for one in found}
    return [one.id for one in sorted(found, key=lambda one: (ranked[one.id], one.arrived_at, one.id), reverse=True)]


@pytest.fixture(
    params=[(0, 0), (0, 60_000), (60_000, 60_000)],
    ids=["along the queue", "side by side and among what is listed", "from the rarest"],
)
def walked(request, monkeypatch):
    """Have the walks go by each of their ways in turn, as they do where messages are very many."""
    many, listed = request.param
    for name in ("MANY", "FEW_MARKED", "FEW_UNSURE"):
        monkeypatch.setattr(walks, name, many)
    monkeypatch.setattr(word_walks, "FEW_WORDS", many)
    monkeypatch.setattr(word_walks, "LISTED", listed)
    monkeypatch.setattr(marks, "FEWEST", 1 if listed else 10_000)


def test_every_pair_of_filters_gives_what_passes_both(store, held, walked):
    wrong = []
    pairs = [*((one, {}) for one in FILTERS), *combinations(FILTERS, 2), *product(RARER, ({}, FILTERS[-1]))]
    for one, other in pairs:
        chosen = QueueFilter(**{**one, **other})
        page = queue(store, chosen)
        if [row.id for row in page.rows] != expected(held, chosen) or page.count != len(page.rows):
            wrong.append(chosen)
    assert wrong == []


@pytest.mark.parametrize("words", ["services", "services -zebra", "serv*"])
def test_words_are_walked_page_by_page(store, held, words):
    chosen, after, seen = QueueFilter(words=words), "", []
    while True:
        page = queue(store, chosen, after=after, limit=5)
        seen += [row.id for row in page.rows]
        assert page.count == len(held)
        after = page.after
        if not after:
            break
    assert seen == expected(held, chosen)


def test_words_with_a_filter_are_counted_to_the_bound_and_walked_in_order(store, held, walked, monkeypatch):
    monkeypatch.setattr(queue_module, "MOST_COUNTED", 3)
    for more in ({}, *FILTERS[:-1]):
        chosen = QueueFilter(words="services", **more)
        wanted = expected(held, chosen)
        pages = list(pages_of(store, chosen))
        assert [row.id for page in pages for row in page.rows] == wanted
        counts = {(page.count, page.count_is_exact) for page in pages}
        assert counts == {(min(len(wanted), 3), len(wanted) <= 3)}
        assert [next_in(store, chosen, one) for one in wanted] == [*wanted[1:], None][: len(wanted)]


def pages_of(store, chosen):
    """Turn the pages of a queue."""
    page = queue(store, chosen, limit=2)
    yield page
    while page.after:
        page = queue(store, chosen, after=page.after, limit=2)
        yield page


@pytest.mark.parametrize("chosen", [{}, *FILTERS], ids=lambda chosen: "-".join(chosen) or "all")
def test_pages_of_every_filter_follow_each_other(store, held, chosen):
    chosen = QueueFilter(**chosen)
    assert [row.id for page in pages_of(store, chosen) for row in page.rows] == expected(held, chosen)


@pytest.mark.parametrize(
    ("chosen", "plan"),
    [
        ({"below_confidence": 0.1}, "message USING COVERING INDEX message_by_confidence"),
        (
            {"below_confidence": 0.1, "states": (ReviewState.PENDING,)},
            "message USING COVERING INDEX message_by_confidence",
        ),
        ({"tags": (("product", "cohesion"), ("use", "equality"))}, "MERGE (INTERSECT)"),
        ({"words": "services", "rule": "P-01"}, "SCAN search_fts VIRTUAL TABLE"),
    ],
    ids=["few are unsure", "few of those waiting are unsure", "two tags", "words and a rule"],
)
def test_sqlite_walks_where_it_is_meant_to(sqlite_store, monkeypatch, chosen, plan):
    monkeypatch.setattr(walks, "FEW_MARKED", 0)
    monkeypatch.setattr(word_walks, "FEW_WORDS", 0)
    with sqlite_store.reading() as session:
        connection, asked = session.connection(), QueueFilter(**chosen)
        do = connection.execute
        words = asked.words
        walk = (
            word_walks.walk_along_words(do, asked) if words else walks.walk_along_queue(do, asked, on_postgresql=False)
        )
        sql = walk.steps(10).compile(connection, compile_kwargs={"literal_binds": True})
        lines = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert any(plan in line for line in lines), lines
    assert not any("message_queue" in line or "TEMP B-TREE" in line for line in lines) or walk.sorts


@pytest.mark.parametrize(
    "more",
    [{}, {"words": "services"}, {"tags": (("product", "cohesion"),)}, {"rule": "P-01"}, {"needs_person": True}],
    ids=lambda more: "-".join(more) or "alone",
)
@pytest.mark.parametrize(
    ("month", "wanted"), [("2011-03", {0, 1}), ("2011-04", {2, 3}), ("2011-13", set()), ("x", set())]
)
def test_month_is_one_of_london_whatever_it_is_asked_with(store, new_message, new_verdict, now, month, wanted, more):
    moments = (
        datetime(2011, 3, 1, tzinfo=UTC),
        datetime(2011, 3, 31, 22, 59, 59, tzinfo=UTC),
        datetime(2011, 3, 31, 23, 0, tzinfo=UTC),  # summer time has begun: it is April in London
        datetime(2011, 4, 30, 22, 59, 59, tzinfo=UTC),
    )
    verdict = new_verdict("disposition:triage", "product:cohesion", needs_person=True)
    held = [new_message(number, arrived_at=at, verdict=verdict) for number, at in enumerate(moments)]
    ids = [one.message_id for one in save_batch(store, tuple(held), None, now=now)]
    found = queue(store, QueueFilter(month=month, **more)).rows
    assert {ids.index(row.id) for row in found} == wanted


@pytest.mark.postgres
def test_postgresql_finds_words_and_marks_in_one_index(postgres_url, new_message, now):
    with open_store(postgres_url) as store:
        other = (ZoneRecord(kind="subject", text="Other"), ZoneRecord(kind="new", text="Of something else altogether."))
        held = [new_message(number, **({"zones": other} if number % 4 else {})) for number in range(80)]
        save_batch(store, tuple(held), None, now=now)
        store.outside("ANALYZE")
        with store.reading() as session:
            connection = session.connection()
            for walk in ts_walks.walks_on_postgresql(
                connection.execute, QueueFilter(words="services", rule="P-01"), None
            ):
                steps = walk.steps(10).compile(connection)
                asked = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {steps}", steps.params)
                (plan,) = re.findall(r"'Index Cond': \"([^\"]*)", str(asked.scalar_one()))
                assert "words @@" in plan
                assert "marks @@" in plan


@pytest.mark.postgres
def test_the_newest_are_looked_at_first_and_the_last_way_holds_all(postgres_url, new_message, now, monkeypatch):
    monkeypatch.setattr(marks, "FEWEST", 20)
    with open_store(postgres_url) as store:
        apart = [replace(new_message(number), arrived_at=now - timedelta(days=10 * number)) for number in range(200)]
        save_batch(store, tuple(apart), None, now=now)
        store.outside("ANALYZE")
        with store.reading() as session:
            do = session.connection().execute
            found = [
                do(walk.steps(1000)).all()
                for walk in ts_walks.walks_on_postgresql(do, QueueFilter(words="services"), None)
            ]
    assert [len(some) for some in found] == sorted(len(some) for some in found)
    assert len(found) == 3
    assert 20 <= len(found[0]) < 60
    assert 80 <= len(found[1]) < 160
    assert len(found[2]) == 200
    assert all(some == found[2][: len(some)] for some in found)
