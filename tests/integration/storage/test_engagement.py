"""Opt-outs and deliveries, on both databases."""

from datetime import UTC, datetime

import pytest
from fakes.issued import issue_of_march

from storage.engagement import (
    begin_delivery,
    deliveries,
    drop_delivery,
    end_delivery,
    opt_in,
    opt_out,
    opt_outs,
)
from storage.engine import Store

NOW = datetime(2011, 4, 4, 8, 30, tzinfo=UTC)


@pytest.fixture
def issue_id(store: Store) -> int:
    return issue_of_march(store, NOW)


def test_an_opt_out_stands_whatever_the_case(store: Store) -> None:
    assert opt_out(store, "Ann@Example.org", who="reviewer", now=NOW)
    assert not opt_out(store, "ann@example.org", who="another", now=NOW)
    assert opt_in(store, "ANN@example.org")
    assert not opt_in(store, "ben@example.org")


def test_an_opt_out_holds_no_address(store: Store) -> None:
    opt_out(store, "ann@example.org", who="reviewer", now=NOW)
    assert not any("ann" in key for key in opt_outs(store))


def test_who_wants_to_be_invited_after_all_is(store: Store) -> None:
    opt_out(store, "ann@example.org", who="reviewer", now=NOW)
    assert opt_in(store, "ann@example.org")
    assert not opt_in(store, "ann@example.org")
    assert opt_outs(store) == frozenset()


def test_a_delivery_is_begun_once(store: Store, issue_id: int) -> None:
    assert begin_delivery(store, issue_id, "email", "head@example.org", now=NOW)
    assert not begin_delivery(store, issue_id, "email", "head@example.org", now=NOW)
    assert begin_delivery(store, issue_id, "notify", "head@example.org", now=NOW)


def test_a_delivery_that_was_not_made_can_be_begun_anew(store: Store, issue_id: int) -> None:
    begin_delivery(store, issue_id, "email", "head@example.org", now=NOW)
    drop_delivery(store, issue_id, "email", "head@example.org")
    assert begin_delivery(store, issue_id, "email", "head@example.org", now=NOW)


def test_a_delivery_that_was_made_is_not_dropped(store: Store, issue_id: int) -> None:
    begin_delivery(store, issue_id, "email", "head@example.org", now=NOW)
    end_delivery(store, issue_id, "email", "head@example.org", now=NOW)
    drop_delivery(store, issue_id, "email", "head@example.org")
    assert [(one.recipient, one.sent_at) for one in deliveries(store, issue_id)] == [("head@example.org", NOW)]
