"""Bank holidays against the lists that GOV.UK published."""

from datetime import date

import pytest

from pipeline.flow.working_days import bank_holidays, easter_sunday, is_working_day, working_days

PUBLISHED = {
    2010: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2011: "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27",
    2012: "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_those_that_were_published(year: int) -> None:
    assert [f"{day:%m-%d}" for day in sorted(bank_holidays(year))] == PUBLISHED[year].split()


@pytest.mark.parametrize(
    ("year", "sunday"), [(2000, date(2000, 4, 23)), (2008, date(2008, 3, 23)), (2011, date(2011, 4, 24))]
)
def test_easter(year: int, sunday: date) -> None:
    assert easter_sunday(year) == sunday


def test_the_days_between_christmas_and_new_year_that_are_worked() -> None:
    assert [day.day for day in working_days(date(2010, 12, 24), date(2010, 12, 31))] == [24, 29, 30, 31]
    assert not is_working_day(date(2011, 4, 29))
