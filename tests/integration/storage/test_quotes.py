"""Quotes of decided messages: listed by month, allowed and withdrawn, and nothing else of the decision moves."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from storage.decisions import allow_quotes, confirm_many, flag, undo
from storage.engine import Store
from storage.erasure import erase
from storage.errors import NotDecided, StaleDecision
from storage.messages import save_message, save_verdict
from storage.quotes import quoted_messages
from storage.records import NewMessage, VerdictRecord
from storage.reviews import message
from storage.runs import status_counts


@pytest.fixture
def decided(store: Store, now: datetime, new_message: Callable[..., NewMessage]) -> int:
    """Store a message and confirm it."""
    number = save_message(store, new_message(1), now=now).message_id
    assert number is not None
    confirm_many(store, [(number, 1)], who="ann", now=now)
    return number


def of_all_time(store: Store, now: datetime) -> list[tuple[int, bool]]:
    found = quoted_messages(store, now - timedelta(days=9999), now + timedelta(days=9999))
    return [(one.id, one.published) for one in found]


def test_quotes_of_decided_messages_are_listed(
    store: Store, now: datetime, new_message: Callable[..., NewMessage], decided: int
) -> None:
    save_message(store, new_message(2), now=now)
    team = save_message(store, new_message(3, from_team=True), now=now).message_id
    assert team is not None
    confirm_many(store, [(team, 1)], who="ann", now=now)
    assert of_all_time(store, now) == [(decided, False)]


def test_what_disagrees_still_does_after_its_quotes_were_allowed(
    store: Store, now: datetime, new_verdict: Callable[..., VerdictRecord], decided: int
) -> None:
    save_verdict(store, decided, new_verdict("product:volunteering", version="r2"), now=now)
    before = message(store, decided)
    allow_quotes(store, decided, version=before.version, who="bob", published=True, now=now)
    after = message(store, decided)
    assert of_all_time(store, now) == [(decided, True)]
    assert (after.state, after.tags, after.receipt.reviewed_by) == (before.state, before.tags, "ann")
    assert after.version == before.version + 1
    assert undo(store, "bob", now=now).message_id == decided
    assert of_all_time(store, now) == [(decided, False)]


def test_what_disagrees_and_was_flagged_since_stays_so_when_the_approval_is_undone(
    store: Store, now: datetime, new_verdict: Callable[..., VerdictRecord], decided: int
) -> None:
    allow_quotes(store, decided, version=message(store, decided).version, who="bob", published=True, now=now)
    save_verdict(store, decided, new_verdict("product:volunteering", version="r2"), now=now)
    flag(store, decided, who="ann", flagged_for="rob", now=now)
    assert undo(store, "bob", now=now).message_id == decided
    assert status_counts(store).disagrees == 1
    assert message(store, decided).flagged_for == "rob"


def test_quotes_whose_words_were_taken_are_not_listed(
    store: Store, now: datetime, new_message: Callable[..., NewMessage], decided: int
) -> None:
    store.erasure_key = b"k" * 32 if store.on_postgresql else b""
    other = save_message(store, new_message(2), now=now).message_id
    assert other is not None
    confirm_many(store, [(other, 1)], who="ann", now=now)
    erase(store, {decided}, (), now=now)
    assert of_all_time(store, now) == [(other, False)]


def test_stale_or_undecided_quotes_are_refused(
    store: Store, now: datetime, new_message: Callable[..., NewMessage], decided: int
) -> None:
    with pytest.raises(StaleDecision):
        allow_quotes(store, decided, version=1, who="bob", published=True, now=now)
    pending = save_message(store, new_message(2), now=now).message_id
    assert pending is not None
    with pytest.raises(NotDecided):
        allow_quotes(store, pending, version=1, who="bob", published=True, now=now)
    assert of_all_time(store, now) == [(decided, False)]
