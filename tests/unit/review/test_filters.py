"""Filters as links: what a link says is what the queue gets, whatever else stands in the address."""

from urllib.parse import parse_qsl

import pytest
from fakes.review_pages import catalogue_of
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from review.filters import TAG_FIELDS, chips, filter_of, pairs_of, query_of
from storage.records import QueueFilter, ReviewState

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30).map(str.strip)
filters = st.builds(
    QueueFilter,
    states=st.sets(st.sampled_from(ReviewState)).map(
        lambda found: tuple(state for state in ReviewState if state in found)
    ),
    needs_person=st.sampled_from([None, True, False]),
    tags=st.lists(st.sampled_from(TAG_FIELDS), unique=True).map(
        lambda names: tuple((name, "x-y") for name in TAG_FIELDS if name in names)
    ),
    month=st.sampled_from(["", "2011-03"]),
    account=words,
    folder=words,
    rule=words,
    below_confidence=st.sampled_from([None, 0.05, 0.57, 1.0]),
    disagrees=st.booleans(),
    words=words,
)


@given(chosen=filters)
def test_link_of_a_filter_reads_back_as_that_filter(chosen):
    assert filter_of(QueryParams(query_of(chosen).removeprefix("?"))) == chosen


@given(
    st.lists(
        st.tuples(st.sampled_from([*TAG_FIELDS, "state", "needs", "below", "month", "q", "x"]), st.text(max_size=9))
    )
)
def test_no_address_is_an_error(pairs):
    chosen = filter_of(QueryParams(pairs))
    assert filter_of(QueryParams(query_of(chosen).removeprefix("?"))) == chosen


@pytest.mark.parametrize("month", ["2011-13", "2011-3", "1811-03", "2011-03-01", "٢٠١١-٠٣"])
def test_month_that_is_none_does_not_narrow(month):
    assert filter_of(QueryParams({"month": month})) == QueueFilter()


@pytest.mark.parametrize("below", ["0", "101", "-5", "5.5", "٥", "x", "1e2"])
def test_confidence_that_is_none_does_not_narrow(below):
    assert filter_of(QueryParams({"below": below})).below_confidence is None


def test_more_stands_behind_the_filter_and_is_no_part_of_it():
    link = query_of(QueueFilter(words="a b&c"), after="x=", saved=7)
    assert parse_qsl(link[1:]) == [("q", "a b&c"), ("after", "x="), ("saved", "7")]


def test_each_chip_takes_exactly_its_own_away():
    chosen = QueueFilter(
        states=(ReviewState.PENDING, ReviewState.CORRECTED),
        needs_person=True,
        tags=(("product", "cohesion"), ("use", "equality")),
        month="2011-03",
        account="statshop",
        folder="INBOX",
        rule="pr-01",
        below_confidence=0.5,
        disagrees=True,
        words="ward",
    )
    found = chips(chosen, catalogue_of(), str.upper)
    assert len(found) == len(pairs_of(chosen))
    for _, _, link in found:
        assert len(pairs_of(filter_of(QueryParams(link.removeprefix("?"))))) == len(pairs_of(chosen)) - 1
    assert {("Product", "Cohesion Topic Report"), ("Mailbox", "STATSHOP")} <= {
        (name, title) for name, title, _ in found
    }
