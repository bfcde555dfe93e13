"""What a person types, read into terms and written for each database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search import fts5_query, terms_of, ts_query


@pytest.mark.parametrize(
    ("typed", "fts5", "tsquery"),
    [
        pytest.param("ward data", '("ward" AND "data")', "'ward' & 'data'", id="words"),
        pytest.param('"ward data"', '("ward data")', "'ward' <-> 'data'", id="phrase"),
        pytest.param("statist*", '("statist" *)', "'statist':*", id="prefix"),
        pytest.param("s*", '("s")', "'s'", id="one letter begins nothing"),
        pytest.param("ward -city", '("ward") NOT ("city")', "'ward' & !('city')", id="minus"),
        pytest.param('a -"b c" -d', '("a") NOT ("b c" OR "d")', "'a' & !('b' <-> 'c') & !('d')", id="minuses"),
        pytest.param("a@b.org", '("a b org")', "'a' <-> 'b' <-> 'org'", id="address"),
        pytest.param('"half open', '("half" AND "open")', "'half' & 'open'", id="half a quote"),
        pytest.param("a AND NOT OR b", '("a" AND "AND" AND "NOT" AND "OR" AND "b")', None, id="operators are words"),
        pytest.param("-city", "", "", id="nothing wanted"),
        pytest.param("'); DROP--", '("DROP")', "'DROP'", id="signs"),
    ],
)
def test_typed_words_are_written_for_both(typed, fts5, tsquery):
    assert fts5_query(terms_of(typed)) == fts5
    if tsquery is not None:
        assert ts_query(terms_of(typed)) == tsquery


@given(st.text())
def test_terms_hold_words_only(typed):
    assert all(word.isalnum() for term in terms_of(typed) for word in term.words)
