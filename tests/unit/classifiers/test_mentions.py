"""Products told in passing are left out, and what a whole letter is about is taken up, by what its words are worth."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from classifiers.rule import Rulebook
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText

Letter = Callable[..., MessageText]
TRUST = """Dear all,

Could you let us have the share of adults in the North West who trust the police and their local council, for each year
since 2005, and the number of interviews behind each figure? We should like them split by age and by how long people
have lived in the area.

The tables will go to the scrutiny panel in March, which looks every spring at what residents think of the authorities.
"""
PASSING = "It will be read in the hall, with two dozen adults who volunteer looking on."
ATTENDING = """Dear all,

I shall be at the user session on the 12th with a colleague, who eats no meat. The hall by the lighthouse is easy to
find. I was told that volunteering once a month stands on your first page, and we are glad of that.
"""


def with_words(rules: Rulebook, table: Mapping[str, Any] | None = None) -> Tagger:
    """Make a tagger of the packaged rules with these words of products in place of the measured ones, or without."""
    kept = {name: one for name, one in rules.tables.items() if name != "product_words"}
    return Tagger(replace(rules, tables={**kept, "product_words": table} if table else kept))


def products(tagger: Tagger, message: MessageText) -> set[str]:
    return set(tagger.verdict(message).values(Dimension.PRODUCT))


def test_one_rule_at_one_place_beside_what_is_told_well_is_a_mention(tagger: Tagger, letter: Letter) -> None:
    assert products(tagger, letter(TRUST + PASSING)) == {"empowered-communities"}


@pytest.mark.parametrize(
    "own",
    [
        "And could you say how many adults volunteer?",
        "Volunteering is the other thing: formal volunteering, once a month.",
    ],
)
def test_what_is_asked_apart_stands(tagger: Tagger, letter: Letter, own: str) -> None:
    assert products(tagger, letter(TRUST + own)) == {"empowered-communities", "volunteering"}


def test_nothing_is_in_passing_in_a_short_letter(tagger: Tagger, letter: Letter) -> None:
    short = "Trust in the police by age, please, since adults who volunteer ask us."
    assert products(tagger, letter(short)) == {"empowered-communities", "volunteering"}


def test_rules_have_the_only_word_where_nothing_was_measured(packaged_rules: Rulebook, letter: Letter) -> None:
    both = {"empowered-communities", "volunteering"}
    assert products(with_words(packaged_rules), letter(TRUST + PASSING)) == both


def test_words_of_a_letter_keep_what_one_rule_tells(packaged_rules: Rulebook, letter: Letter) -> None:
    asked = "What we do with them we cannot say yet; adults who volunteer at a lighthouse want them. " + 60 * "Well. "
    enough = {"words": 60, "once": 3.0, "left_out": 9.0, "alone": 11.0}
    poor = {"enough": enough, "worth": {"volunteering": {"lighthous": 2.0}}}
    rich = {"enough": enough, "worth": {"volunteering": {"lighthous": 2.0, "a lighthous": 2.0}}}
    assert products(with_words(packaged_rules, poor), letter(asked)) == set()
    assert products(with_words(packaged_rules, rich), letter(asked)) == {"volunteering"}


def test_words_take_up_a_point_of_a_letter_to_a_meeting(packaged_rules: Rulebook, letter: Letter) -> None:
    enough = {"words": 60, "once": 3.0, "left_out": 9.0, "alone": 11.0}
    rich = {"enough": enough, "worth": {"volunteering": {"lighthous": 9.5}}}
    message = letter(ATTENDING, subject="User feedback session")
    assert products(with_words(packaged_rules), message) == set()
    assert products(with_words(packaged_rules, rich), message) == {"volunteering", "survey"}


def test_words_alone_propose_a_product_to_a_person(packaged_rules: Rulebook, letter: Letter) -> None:
    enough = {"words": 60, "once": 3.0, "left_out": 9.0, "alone": 11.0}
    rich = {"enough": enough, "worth": {"cohesion": {"lighthous": 7.0, "of lighthous": 7.0}}}
    message = letter("Do you have statistics of lighthouses, for my report?")
    verdict = with_words(packaged_rules, rich).verdict(message)
    (tag,) = (tag for tag in verdict.tags if tag.dimension is Dimension.PRODUCT)
    assert (tag.value, tag.reason) == ("cohesion", "no rule decides; its words speak of this")
    assert verdict.needs_person
