"""How the rules do on what is stored: matches, agreement, rules that always match together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from storage.confirmed import confirmed_messages
from storage.decisions import decide
from storage.engine import Store
from storage.messages import save_message
from storage.records import HitRecord, NewMessage, TagRecord, VerdictRecord
from storage.reviews import message
from storage.rule_pages import ReadBy, overruled_counts
from storage.rule_stats import FEWEST, RuleFigures, Together, rule_figures

COHESION = TagRecord(dimension="product", value="cohesion", confidence=0.9)
TRIAGE = TagRecord(dimension="disposition", value="triage", confidence=0.9)


def hit(rule: str, value: str = "cohesion", role: str = "asked") -> HitRecord:
    return HitRecord(rule=rule, dimension="product", value=value, zone=1, start=0, end=2, words="We", role=role)


@pytest.fixture
def keep(store: Store, now: datetime, new_message: Callable[..., NewMessage]) -> Callable[..., int]:
    """Store a message with hits; a person says which tags are right unless it is to wait."""

    def kept(number: int, hits: list[HitRecord], tags: tuple[TagRecord, ...], person: object = None) -> int:
        verdict = VerdictRecord(rules_version="r1", tags=(TRIAGE, *tags), hits=tuple(hits), confidence=0.9)
        message_id = save_message(store, replace(new_message(number), verdict=verdict), now=now).message_id
        assert message_id is not None
        if person is not None:
            decide(store, message_id, version=1, who="ann", tags=(TRIAGE, *person), statements=(), now=now)
        return message_id

    return kept


def test_nothing_stored_gives_no_figures(store: Store) -> None:
    found = rule_figures(store)
    assert (found.messages, found.rules, found.together) == (0, (), ())


def test_agreement_counts_what_people_kept_of_what_a_rule_proposed(store: Store, keep: Callable[..., int]) -> None:
    keep(1, [hit("a")], (COHESION,), person=(COHESION,))
    keep(2, [hit("a")], (COHESION,), person=())
    keep(3, [hit("a")], (COHESION,))
    assert rule_figures(store).rules == (RuleFigures(rule="a", messages=3, judged=2, agreed=1),)


def test_overruled_are_the_rules_that_spoke_for_what_people_dropped(store: Store, keep: Callable[..., int]) -> None:
    keep(1, [hit("a"), hit("b", "headline"), hit("c", role="set-aside")], (COHESION,), person=())
    keep(2, [hit("a")], (COHESION,), person=())
    keep(3, [hit("b")], (COHESION,), person=(COHESION,))
    keep(4, [hit("a")], (COHESION,))
    assert overruled_counts(store) == {"a": 2}
    assert overruled_counts(store, ReadBy(account="other")) == {}


def test_rule_that_matched_without_tagging_is_counted_when_people_add_the_tag(
    store: Store, keep: Callable[..., int]
) -> None:
    keep(1, [hit("a", role="set-aside")], (), person=(COHESION,))
    keep(2, [hit("a", role="set-aside")], (), person=())
    assert rule_figures(store).rules == (RuleFigures(rule="a", messages=2, added=1),)


def test_rules_that_match_in_the_same_messages_are_named(store: Store, keep: Callable[..., int]) -> None:
    for number in range(FEWEST):
        keep(number, [hit("a"), hit("b"), *([hit("c")] if number else [])], (COHESION,))
    assert rule_figures(store).together == (Together(first="a", second="b", messages=FEWEST),)


def test_versions_of_the_rules_are_counted(store: Store, keep: Callable[..., int]) -> None:
    keep(1, [hit("a")], (COHESION,))
    assert rule_figures(store).versions == (("r1", 1),)


def test_mailboxes_with_rules_of_their_own_are_left_out(store: Store, keep: Callable[..., int]) -> None:
    number = keep(1, [hit("a")], (COHESION,), person=(COHESION,))
    account = message(store, number).account
    assert rule_figures(store, ReadBy(others=(account,))).versions == ()
    assert rule_figures(store, ReadBy(account=account)).versions == (("r1", 1),)
    assert list(confirmed_messages(store, ReadBy(others=(account,)))) == []
    assert [one.id for one in confirmed_messages(store, ReadBy(others=("another",)))] == [number]
