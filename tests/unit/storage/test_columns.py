"""What goes into the columns by the short way is what the long way would write."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import CleanText, Json, UtcMoment
from storage.records import Saved
from storage.text import clean

ANY_TEXT = st.text(st.characters() | st.sampled_from("\x00\ud800\udbff\udfff\ue000é日"))
ZONES = st.sampled_from(
    [UTC, ZoneInfo("Europe/London"), timezone(timedelta(hours=-11)), timezone(timedelta(hours=5.5))]
)
PLAIN = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_text_is_cleaned_letter_by_letter(text: str) -> None:
    assert clean(text) == re.sub("[\x00\ud800-\udfff]", "\ufffd", text)
    clean(text).encode()


@settings(deadline=None)
@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES, allow_imaginary=False), st.integers(0, 1)
)
def test_a_moment_is_written_as_sqlalchemy_writes_it(moment: datetime, fold: int) -> None:
    moment = moment.replace(fold=fold)
    given_by_us = UtcMoment().bind_processor(sqlite.dialect())
    given_by_sqlalchemy = sqlite.DATETIME().bind_processor(sqlite.dialect())
    assert given_by_us is not None
    assert given_by_sqlalchemy is not None
    assert given_by_us(moment) == given_by_sqlalchemy(moment.astimezone(UTC))


def test_an_hour_that_the_clock_shows_twice_is_two_moments() -> None:
    write = UtcMoment().bind_processor(sqlite.dialect())
    first = datetime(2011, 10, 30, 1, 30, tzinfo=ZoneInfo("Europe/London"))
    assert write is not None
    assert write(first) == "2011-10-30 00:30:00.000000"
    assert write(first.replace(fold=1)) == "2011-10-30 01:30:00.000000"


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
def test_no_moment_is_kept_as_none_and_a_naive_one_refused(dialect: sqlite.dialect) -> None:
    write = UtcMoment().bind_processor(dialect)
    assert write is not None
    assert write(None) is None
    with pytest.raises(ValueError, match="naive"):
        write(datetime(2011, 3, 1))


@settings(deadline=None)
@given(PLAIN)
def test_a_plain_value_is_written_as_json_writes_it(value: object) -> None:
    written = Json().bind_processor(sqlite.dialect())(value)
    assert written == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_a_word_of_an_enum_goes_in_as_a_plain_string() -> None:
    write = CleanText().bind_processor(sqlite.dialect())
    assert type(write(Saved.STORED)) is str
    assert write(Saved.STORED) == "stored"
    assert write(None) is None
