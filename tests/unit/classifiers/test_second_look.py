"""Where the words of a whole letter go against the rules, they change its products; where they do not, nothing does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from classifiers.rule import Rulebook
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText

Letter = Callable[..., MessageText]
LIMITS = {"drop": -4.0, "drop_survey": -1.0, "add_survey": 1.5, "alone": 0.5, "instead": 1.0}
RAFFLE = "Who buys tickets for a tombola on the pier, and how often?"
TWO = """Dear all,

Could you let us have the share of adults in the North West who trust the police and their local council, for each year
since 2005, and the number of interviews behind each figure? We should like them split by age and by how long people
have lived in the area. How many of them volunteer at least once a month, and are these more or fewer than before?
"""
DOORSTEP = "A lady from your survey called at my house. Who pays for the tombola on the pier?"


@pytest.fixture
def products(packaged_rules: Rulebook) -> Callable[..., set[str]]:
    """Give the products of a message by the packaged rules, with these worths of words and limits."""

    def of(
        message: MessageText, start: dict[str, float], limits: dict[str, float] | None = None, **worth: Any
    ) -> set[str]:
        words = {"product": {"start": start, "worth": {name: {"tombola": one} for name, one in worth.items()}}}
        table = {"enough": {"words": 60}, "against_rules": LIMITS if limits is None else limits}
        tables = {**packaged_rules.tables, "tag_words": words, "product_words": table}
        return set(Tagger(replace(packaged_rules, tables=tables)).verdict(message).values(Dimension.PRODUCT))

    return of


def test_likeliest_product_is_proposed_where_no_rule_decides(products: Callable[..., set[str]], letter: Letter) -> None:
    start = {"volunteering": -2.0, "cohesion": -2.0}
    assert products(letter(RAFFLE), start, volunteering=3.0) == {"volunteering"}
    assert products(letter(RAFFLE), start, volunteering=2.0) == set()


def test_proposal_of_words_alone_goes_to_a_person(packaged_rules: Rulebook, letter: Letter) -> None:
    words = {"product": {"start": {"volunteering": -2.0}, "worth": {"volunteering": {"tombola": 9.0}}}}
    tables = {**packaged_rules.tables, "tag_words": words}
    verdict = Tagger(replace(packaged_rules, tables=tables)).verdict(letter(RAFFLE, sender="jo@nfpsynergy.net"))
    assert verdict.values(Dimension.PRODUCT) == ("volunteering",)
    assert verdict.needs_person


def test_product_of_which_hardly_a_word_speaks_is_left_out_beside_another(
    products: Callable[..., set[str]], letter: Letter
) -> None:
    likely = {"volunteering": 0.0, "empowered-communities": 0.0}
    assert products(letter(TWO), likely) == {"volunteering", "empowered-communities"}
    assert products(letter(TWO), {**likely, "volunteering": -4.5}) == {"empowered-communities"}


def test_nothing_is_left_out_of_a_short_letter(products: Callable[..., set[str]], letter: Letter) -> None:
    text = "How many volunteer once a month, and how many trust the police?"
    found = products(letter(text), {"volunteering": -4.5, "empowered-communities": 0.0})
    assert found == {"volunteering", "empowered-communities"}


def test_letter_that_looks_like_one_of_somebody_interviewed_may_be_about_a_product(
    products: Callable[..., set[str]], letter: Letter
) -> None:
    assert products(letter(DOORSTEP), {"survey": 1.0, "volunteering": -1.0}) == {"survey"}
    found = products(letter(DOORSTEP), {"survey": -2.0, "volunteering": -1.0}, volunteering=3.0)
    assert found == {"volunteering"}


def test_survey_is_added_where_the_words_are_of_it(products: Callable[..., set[str]], letter: Letter) -> None:
    start = {"volunteering": 0.0, "empowered-communities": 0.0, "survey": 2.0}
    assert products(letter(TWO), start) == {"volunteering", "empowered-communities", "survey"}


def test_without_limits_words_change_nothing(products: Callable[..., set[str]], letter: Letter) -> None:
    start = {"volunteering": -9.0, "empowered-communities": 0.0, "survey": 9.0}
    assert products(letter(TWO), start, limits={}) == {"volunteering", "empowered-communities"}
