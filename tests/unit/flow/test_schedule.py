"""Times: when a job is due, across clock changes, lateness and missed times (FIELD F37-F43)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.flow.schedule import Due, EachDay, EachMonth, EveryMinutes, Job, Schedule, next_due

SECOND_OF_MONTH = EachMonth(day=2, hour=9, minute=30)


def dues(due: Due, since: datetime, until: datetime) -> list[datetime]:
    found, last, now = [], None, since
    while (moment := next_due(due, last, now)) < until:
        found.append(moment)
        last, now = moment, moment + timedelta(seconds=1)
    return found


def test_the_digest_is_due_at_half_past_nine_in_london_all_year() -> None:
    year = dues(SECOND_OF_MONTH, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert len(year) == 12
    assert {(moment.day, f"{moment:%H:%M}") for moment in year} == {(2, "09:30")}
    assert {moment.astimezone(UTC).hour for moment in year} == {8, 9}


@pytest.mark.parametrize(
    ("day", "month"),
    [pytest.param(29, 3, id="the-hour-that-is-left-out"), pytest.param(25, 10, id="the-hour-that-comes-twice")],
)
def test_f41_a_monthly_job_runs_once_when_the_clocks_change(day: int, month: int) -> None:
    due = EachMonth(day=day, hour=1, minute=30)
    start = datetime(2026, month, 1, tzinfo=UTC)
    assert len(dues(due, start, start + timedelta(days=30))) == 1


@pytest.mark.parametrize("month", [pytest.param(3, id="spring"), pytest.param(10, id="autumn")])
def test_f41_a_daily_job_runs_once_a_day_when_the_clocks_change(month: int) -> None:
    start = datetime(2026, month, 20, tzinfo=UTC)
    found = dues(EachDay(hour=1, minute=30), start, start + timedelta(days=12))
    assert len({moment.date() for moment in found}) == len(found) == 12


def test_a_monthly_job_that_ran_before_its_time_comes_at_its_time_the_same_day() -> None:
    """Whoever starts the schedule at eight, when nothing is due yet, is to have the digest at half past nine."""
    early = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    at_its_time = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert next_due(SECOND_OF_MONTH, early, early + timedelta(seconds=1)) == at_its_time
    late = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    assert next_due(SECOND_OF_MONTH, late, late + timedelta(seconds=1)).month == 4


def test_a_poll_is_due_so_many_minutes_after_the_last() -> None:
    last = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    assert next_due(EveryMinutes(minutes=10), last, last + timedelta(minutes=3)) == last + timedelta(minutes=10)


def test_a_poll_that_is_overdue_is_due_now() -> None:
    now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    assert next_due(EveryMinutes(minutes=10), now - timedelta(hours=5), now) == now


def test_f37_a_job_that_still_runs_is_not_started_again() -> None:
    starts: list[int] = []
    began, release = threading.Event(), threading.Event()

    def work() -> None:
        starts.append(1)
        began.set()
        release.wait(5)

    schedule = Schedule((Job(name="poll", due=EveryMinutes(minutes=1), call=work),), misfire_hours=1)
    schedule.start(at_once=("poll",))
    assert began.wait(5)
    schedule.due_now("poll")
    assert schedule.refused.wait(5)
    assert len(starts) == 1
    release.set()
    assert schedule.stop(5)


def test_f37_a_job_made_due_while_it_runs_runs_again_when_it_has_ended() -> None:
    begun = threading.Semaphore(0)
    release = threading.Event()

    def work() -> None:
        begun.release()
        release.wait(5)

    schedule = Schedule((Job(name="alerts", due=EveryMinutes(minutes=60), call=work),), misfire_hours=1)
    schedule.start(at_once=("alerts",))
    assert begun.acquire(timeout=5)
    schedule.due_now("alerts")
    assert schedule.refused.wait(5)
    release.set()
    assert begun.acquire(timeout=10)
    assert schedule.stop(5)


def test_f39_a_job_that_is_late_by_an_hour_still_runs() -> None:
    ran = threading.Event()
    schedule = Schedule((Job(name="poll", due=EveryMinutes(minutes=60), call=ran.set),), misfire_hours=12)
    schedule.start(at_once=("poll",), since=datetime.now(tz=UTC) - timedelta(hours=1))
    assert ran.wait(5)
    assert schedule.stop(5)


def test_a_job_that_fails_leaves_the_others_running(caplog: pytest.LogCaptureFixture) -> None:
    ran = threading.Event()

    def fail() -> None:
        raise ValueError("jane@example.org")

    jobs = (
        Job(name="bad", due=EveryMinutes(minutes=60), call=fail),
        Job(name="good", due=EveryMinutes(minutes=60), call=ran.set),
    )
    schedule = Schedule(jobs, misfire_hours=1)
    schedule.start(at_once=("bad", "good"))
    assert ran.wait(5)
    assert schedule.stop(5)
    assert "job failed: bad: ValueError" in caplog.text
    assert "jane@example.org" not in caplog.text


def test_stopping_waits_for_what_runs_but_not_for_ever() -> None:
    began, release = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        release.wait(20)

    schedule = Schedule((Job(name="slow", due=EveryMinutes(minutes=60), call=work),), misfire_hours=1)
    schedule.start(at_once=("slow",))
    assert began.wait(5)
    assert not schedule.stop(0.3)
    release.set()
