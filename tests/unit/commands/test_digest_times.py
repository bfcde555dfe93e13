"""Which months' digests are due: one rule for the schedule, which issues them, and the alert, which tells of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digests.period import months_between
from pipeline.commands.digest_times import digest_moment, due_months, finals_due, last_month
from pipeline.config import Settings, load_settings


def at(month: int, day: int, hour: int = 12) -> datetime:
    """Give an hour of 2011; March's digest time is 2 April at 9.30 in London, 8.30 UTC."""
    return datetime(2011, month, day, hour, tzinfo=UTC)


def each(first: str, last: str, moment: datetime) -> dict[str, datetime]:
    """Have all months held since one moment, as those of a mailbox read for the first time."""
    return dict.fromkeys(months_between(first, last), moment)


MARCH, APRIL = {"2011-03": at(4, 1)}, {"2011-04": at(5, 1)}  # held on the day after their end: in time
IN_TIME = {"2010-12": at(1, 1), "2011-01": at(2, 1), "2011-02": at(3, 1), **MARCH, **APRIL}
BY_HAND = {"2011-02": at(5, 11)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config.toml").write_text('[schedule]\ndigest_time = "9:30"\n')
    return load_settings(tmp_path / "config.toml", {})


@pytest.mark.parametrize(
    ("held", "issued", "now", "due"),
    [
        pytest.param({}, {}, at(4, 4), (), id="nothing-held"),
        pytest.param({"2011-04": at(4, 20)}, {}, at(5, 1), (), id="new-before-its-first-digest-time"),
        pytest.param({"2011-04": at(4, 20)}, {}, at(5, 2), ("2011-04",), id="new-at-its-first-digest-time"),
        pytest.param(
            each("2009-01", "2011-03", at(4, 1)), {}, at(4, 2), ("2011-02", "2011-03"), id="new-with-old-mail"
        ),
        pytest.param(each("2009-01", "2011-03", at(4, 10)), {}, at(5, 1), (), id="late-mailbox-waits"),
        pytest.param(
            each("2009-01", "2011-03", at(4, 10)), {}, at(5, 2), ("2011-03", "2011-04"), id="late-mailbox-empty-april"
        ),
        pytest.param({"2011-04": at(5, 3)}, {}, at(5, 4), (), id="job-late-and-mail-later-than-its-time"),
        pytest.param(MARCH | APRIL, {}, at(5, 1, 9), ("2011-03",), id="first-month-missed-stays-due"),
        pytest.param(MARCH | APRIL, {}, at(5, 4), ("2011-03", "2011-04"), id="first-month-missed-is-made-later"),
        pytest.param(IN_TIME, {}, at(5, 4), months_between("2010-12", "2011-04"), id="several-missed-before-the-first"),
        pytest.param(
            {"2010-04": at(5, 1), "2010-05": at(5, 1)} | MARCH, {}, at(4, 4), ("2011-03",), id="long-past-held-lately"
        ),
        pytest.param({}, {"2011-03": at(4, 2)}, at(5, 1), (), id="all-issued"),
        pytest.param({}, {"2011-03": at(4, 2)}, at(5, 2, 8), (), id="half-an-hour-early"),
        pytest.param({}, {"2011-03": at(4, 2)}, at(5, 2), ("2011-04",), id="next-month-though-empty"),
        pytest.param(IN_TIME, {"2011-01": at(2, 2)}, at(5, 4), months_between("2011-02", "2011-04"), id="some-missed"),
        pytest.param(
            IN_TIME, {"2011-01": at(2, 2), "2011-02": at(5, 4)}, at(5, 4), ("2011-03", "2011-04"), id="stopped-half-way"
        ),
        pytest.param(IN_TIME, {"2011-04": at(5, 4)}, at(5, 5), (), id="gap-before-one-issued-by-hand"),
        pytest.param({}, BY_HAND, at(5, 12), (), id="by-hand-nothing-at-once"),
        pytest.param(each("2011-02", "2011-04", at(5, 10)), BY_HAND, at(6, 1), (), id="by-hand-nothing-before-june"),
        pytest.param({}, BY_HAND, at(6, 2), months_between("2011-03", "2011-05"), id="by-hand-goes-on-from-there"),
        pytest.param(MARCH, BY_HAND, at(5, 12), ("2011-03", "2011-04"), id="by-hand-while-the-first-was-missed"),
        pytest.param({}, {"1996-03": at(1, 20)}, at(5, 4), (), id="of-an-archive-none-follows"),
        pytest.param(MARCH, {"1996-03": at(1, 20)}, at(4, 4), ("2011-03",), id="of-an-archive-before-the-first"),
        pytest.param(
            {},
            {"2009-01": datetime(2009, 2, 2, 12, tzinfo=UTC)},
            at(5, 4),
            months_between("2010-05", "2011-04"),
            id="stopped-for-years",
        ),
    ],
)
def test_months_due(
    settings: Settings,
    held: dict[str, datetime],
    issued: dict[str, datetime],
    now: datetime,
    due: tuple[str, ...],
) -> None:
    assert due_months(settings, issued, issued, held.get, now) == due


@pytest.mark.parametrize(
    ("held", "over_all", "now", "due"),
    [
        pytest.param(MARCH | APRIL, {}, at(5, 4), ("2011-03", "2011-04"), id="nothing-over-all-either"),
        pytest.param(MARCH, {"2011-03": at(4, 2)}, at(4, 3), ("2011-03",), id="stopped-after-that-over-all"),
        pytest.param(
            MARCH | APRIL, {"2011-03": at(4, 2)}, at(5, 4), ("2011-03", "2011-04"), id="failed-while-that-over-all-went"
        ),
        pytest.param(
            each("2009-01", "2011-03", at(4, 10)),
            {"2011-03": at(4, 2)},
            at(5, 2),
            ("2011-03", "2011-04"),
            id="mailbox-added",
        ),
        pytest.param(
            IN_TIME, {"2011-02": at(3, 2), "2011-03": at(4, 2)}, at(4, 20), ("2011-02", "2011-03"), id="asked-for-later"
        ),
    ],
)
def test_months_due_of_a_mailbox_without_issues(
    settings: Settings,
    held: dict[str, datetime],
    over_all: dict[str, datetime],
    now: datetime,
    due: tuple[str, ...],
) -> None:
    assert due_months(settings, {}, over_all, held.get, now) == due


def test_finals_are_due_once_the_months_after_are_over(settings: Settings) -> None:
    statuses = {"2011-01": "final", "2011-02": "provisional", "2011-03": "provisional"}
    assert finals_due(settings, statuses, at(4, 30)) == ("2011-02",)
    assert finals_due(settings, statuses, at(5, 1)) == ("2011-02", "2011-03")


def test_what_the_job_leaves_is_what_the_alert_asks_for(settings: Settings) -> None:
    """Whatever was held, once what is due is issued nothing is due until the next digest time."""
    held = each("2009-01", "2011-03", at(4, 10))
    issued = dict.fromkeys(due_months(settings, {}, {}, held.get, at(5, 2)), at(5, 2))
    assert [due_months(settings, issued, issued, held.get, now) for now in (at(5, 3), at(6, 1))] == [(), ()]


def test_a_digest_is_due_at_its_time_in_london(settings: Settings) -> None:
    time = datetime(2011, 4, 2, 8, 30, tzinfo=UTC)
    assert digest_moment(settings, "2011-03") == time
    assert digest_moment(settings, "2011-12") == datetime(2012, 1, 2, 9, 30, tzinfo=UTC)
    assert [last_month(settings, now) for now in (time.replace(minute=29), time)] == ["2011-02", "2011-03"]
