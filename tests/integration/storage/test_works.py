"""Large works: the one who does the last stretch ends the work, and a work with nothing left is not gone on with."""

from datetime import UTC, datetime

from sqlalchemy import text

from storage.engine import Store
from storage.works import Stretch, begin_work, claim_stretch, unfinished_work, work_of

NOW = datetime(2011, 3, 1, tzinfo=UTC)
TWO = tuple(Stretch(number=number, what={}, messages=10) for number in range(2))


def claim(store: Store, work: int, number: int) -> bool:
    return store.write(lambda session: claim_stretch(session, work, number, now=NOW))


def test_the_last_stretch_ends_the_work(store: Store) -> None:
    work = begin_work(store, "retag", "same", TWO, now=NOW)
    assert claim(store, work.id, 1)
    assert unfinished_work(store, "retag", "same") == work
    assert not claim(store, work.id, 1)
    assert claim(store, work.id, 0)
    assert work_of(store, work.id).ended_at == NOW


def test_a_work_with_nothing_left_is_not_gone_on_with(store: Store) -> None:
    work = begin_work(store, "retag", "same", TWO, now=NOW)
    for stretch in TWO:
        claim(store, work.id, stretch.number)
    with store.writing() as session:
        session.connection().execute(text("UPDATE work SET ended_at = NULL"))
    assert unfinished_work(store, "retag", "same") is None
