"""Texts and patterns made to be slow: both are cut off in time, and the reason names what was not read (F64, W14)."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.errors import RulesUnreadable
from classifiers.matching import MOST_CHARACTERS, Matchers
from classifiers.rulebook import load_rules
from classifiers.tagger import Tagger
from classifiers.verdict import MessageText

HEAD = 'dimension = "product"\n[[tag]]\nid = "fruit"\ntitle = "Fruit"\n[[rule]]\nid = "fruit.slow"\ntag = "fruit"\n'
FIVE_MEGABYTES = 5_000_000


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("word", id="one word"),
        pytest.param("volunteering and cohesion ", id="no end of sentence"),
        pytest.param("How many people volunteer? ", id="questions"),
        pytest.param("not, but ", id="negations"),
        pytest.param("?!. ", id="punctuation"),
        pytest.param("\n\n- ", id="empty list items"),
        pytest.param("a@b.c ", id="addresses"),
        pytest.param("e\u0301", id="combining marks"),
    ],
)
def test_five_megabytes_are_tagged_in_time_and_the_cut_is_named(
    tagger: Tagger, letter: Callable[..., MessageText], piece: str
) -> None:
    message = letter(piece * (FIVE_MEGABYTES // len(piece)))
    started = time.process_time()
    verdict = tagger.verdict(message)
    assert time.process_time() - started < 8
    assert verdict.needs_person
    assert any(f"{MOST_CHARACTERS:,} characters" in reason or "took too long" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(" ..9 ".join(["apple"] * 3), id="three words"),
        pytest.param(" ..9 ".join(["apple"] * 4), id="four words"),
        pytest.param(" ..12 ".join(["apple"] * 5), id="five words and the widest gaps"),
    ],
)
def test_pathological_pattern_is_cut_off_and_its_rule_named(rules_folder: Callable[..., Path], pattern: str) -> None:
    rules = load_rules(rules_folder(products=f'{HEAD}rank = "decides"\npatterns = ["{pattern}"]\n'))
    started = time.process_time()
    found = Matchers(rules, budget_seconds=0.2).in_text("apple " * 20_000)
    assert time.process_time() - started < 6
    assert "rule fruit.slow" in found.cut


def test_operators_of_token_patterns_are_bounded_by_their_product(rules_folder: Callable[..., Path]) -> None:
    slow = ", ".join(['{ LOWER = "apple", OP = "{1,9}" }'] * 4)
    folder = rules_folder(products=f'{HEAD}rank = "decides"\ntokens = [[{{ LOWER = "red" }}, {slow}]]\n')
    with pytest.raises(RulesUnreadable, match=r"products.toml:\d+ \[fruit.slow\].*6,561 ways"):
        load_rules(folder)
