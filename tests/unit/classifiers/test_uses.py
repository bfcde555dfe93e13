"""Which use is read from a statement: measured worths, the rules' own weights without them, frames that are told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from classifiers.rule import Rulebook
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText

Letter = Callable[..., MessageText]
ASKS = "Could you send me the percentage who volunteer at least once a month, by region? "
LIGHTHOUSES = "We use your figures on trust in the council every year to plan where our lighthouses go."


def with_tables(rules: Rulebook, **tables: Mapping[str, Any]) -> Tagger:
    """Make a tagger of the packaged rules with these tables of uses, or none, in place of the measured ones."""
    kept = {name: table for name, table in rules.tables.items() if not name.startswith("use_")}
    return Tagger(replace(rules, tables={**kept, **tables}))


@pytest.fixture(scope="module")
def unmeasured(packaged_rules: Rulebook) -> Tagger:
    return with_tables(packaged_rules)


@pytest.mark.parametrize(
    ("sentence", "use"),
    [
        ("It is for our localism action plan.", "big-society-policy"),
        ("It is for the second chapter of my thesis.", "societal-research"),
        ("It is for a news story in Friday's paper.", "other-use"),
    ],
)
def test_weights_of_the_rules_decide_where_nothing_was_measured(
    unmeasured: Tagger, letter: Letter, sentence: str, use: str
) -> None:
    assert unmeasured.verdict(letter(ASKS + sentence)).values(Dimension.USE)[0] == use


def test_kind_of_user_speaks_for_a_use_where_a_survey_says_so(packaged_rules: Rulebook, letter: Letter) -> None:
    message = letter(LIGHTHOUSES, sender="policy@leeds.gov.uk")
    hints = {"category": {"local-government": {"equality": 1.0}}}
    assert with_tables(packaged_rules).verdict(message).values(Dimension.USE) == ("other-use",)
    assert with_tables(packaged_rules, use_hints=hints).verdict(message).values(Dimension.USE) == ("equality",)


def test_measured_word_of_a_statement_tips_the_use(packaged_rules: Rulebook, letter: Letter) -> None:
    message = letter(LIGHTHOUSES)
    words = {"stated": {"equality": {"lighthous": 6.0}}}
    without = with_tables(packaged_rules, use_words={})
    tipped = with_tables(packaged_rules, use_words=words)
    assert without.verdict(message).values(Dimension.USE) == ("other-use",)
    assert tipped.verdict(message).values(Dimension.USE) == ("equality",)


def test_chapter_of_a_board_paper_is_no_research(tagger: Tagger, letter: Letter) -> None:
    text = ASKS + "We put it in the volunteering chapter of our annual recruitment plan for helpers."
    assert tagger.verdict(letter(text)).values(Dimension.USE) == ("volunteering-evaluation",)
