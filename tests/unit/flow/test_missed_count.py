"""A nightly count that was missed while the program stood still is made up for (FIELD F43)."""

from datetime import UTC, datetime

import pytest

from pipeline.commands.counting import was_missed
from pipeline.flow.schedule import EachDay
from storage.records import Run, RunCounts, RunOutcome

NIGHTLY = EachDay(hour=3, minute=30)


def at(day: int, hour: int) -> datetime:
    return datetime(2011, 6, day, hour, tzinfo=UTC)


def run_at(moment: datetime) -> Run:
    return Run(
        id=1,
        job="reconcile",
        account="box",
        started_at=moment,
        ended_at=moment,
        outcome=RunOutcome.DONE,
        counts=RunCounts(),
    )


@pytest.mark.parametrize(
    ("last", "now", "missed"),
    [
        pytest.param(at(1, 3), at(1, 12), False, id="counted this night"),
        pytest.param(at(1, 3), at(2, 1), False, id="before the next is due"),
        pytest.param(at(1, 3), at(2, 2), False, id="not yet, in London"),
        pytest.param(at(1, 3), at(2, 3), True, id="stood still at its time"),
        pytest.param(at(1, 12), at(2, 4), True, id="counted by hand the day before"),
        pytest.param(at(1, 3), at(9, 1), True, id="stood still for days"),
    ],
)
def test_f43_a_missed_count_is_made_up_for(last: datetime, now: datetime, missed: bool) -> None:
    assert was_missed(NIGHTLY, run_at(last), now) is missed


def test_the_first_count_waits_for_its_night() -> None:
    assert not was_missed(NIGHTLY, None, at(1, 12))
