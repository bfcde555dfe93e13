"""What the words of a message alone suggest, and how that casts doubt on what the rules say."""

import math
from collections.abc import Callable

import pytest

from classifiers.impression import UNMEASURED, Impression, Impressions, addresses
from classifiers.needs import Doubt, of_words
from classifiers.rule import Rulebook
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText, Tag

Letter = Callable[..., MessageText]
MEASURED = {
    "product": {
        "start": {"volunteering": -1.0, "cohesion": -1.0},
        "worth": {"volunteering": {"raffl": 2.0, "lend": 1.5}, "cohesion": {"raffl": -1.0, "neighbour": 3.0}},
    },
    "user_category": {
        "start": {"dwp": 0.0, "media": 0.0},
        "worth": {"dwp": {"@dwp": 2.0}, "media": {"deadlin": 1.0, "@nobody": 0.5, "newsdesk": 3.0}},
    },
}


@pytest.fixture
def impression(tagger: Tagger, letter: Letter) -> Callable[..., Impression]:
    """Give the impression that a letter makes by a small table of worths."""

    def of(text: str, users: tuple[Tag, ...] | None = None, **parts: str) -> Impression:
        judged = tagger.judged(letter(text, **parts))
        return Impressions(MEASURED).of(judged.evidence, judged.users if users is None else users)

    return of


def doubts(impression: Impression, rules: Rulebook, *products: str, user: str = "dwp") -> dict[str, Doubt]:
    tags = [Tag(dimension=Dimension.PRODUCT, value=one, confidence=1, reason="") for one in products]
    tags.append(Tag(dimension=Dimension.USER_CATEGORY, value=user, confidence=1, reason=""))
    return {one.name: one for one in of_words(tags, impression, rules.catalogue)}


def test_words_speak_for_and_against_products(impression: Callable[..., Impression]) -> None:
    found = impression("Who holds raffles, raffles and raffles?")
    assert found.products == {"volunteering": 1.0, "cohesion": -2.0}


def test_words_of_quoted_mail_do_not_count(impression: Callable[..., Impression]) -> None:
    assert impression("Please send it.", quoted="Neighbours?").products["cohesion"] == -1.0


def test_signature_and_address_tell_who_writes(impression: Callable[..., Impression]) -> None:
    signed = impression("Figures please.", signature="Newsdesk", sender="jo@googlemail.com").users
    assert signed["media"] == pytest.approx(1 / (1 + math.exp(-3.5)))
    assert impression("Figures please.", sender="jo@dwp.gsi.gov.uk").users["dwp"] > 0.8


def test_address_that_no_list_knows_is_nobodys() -> None:
    assert addresses(()) == {"@nobody"}


def test_words_of_another_product_cast_doubt(packaged_rules: Rulebook) -> None:
    found = Impression({"volunteering": 3.0, "cohesion": 1.0}, {"dwp": 1.0})
    given = doubts(found, packaged_rules, "volunteering")
    assert given["other words"].size == pytest.approx(math.log1p(math.exp(1.0)))
    assert "Cohesion" in given["other words"].words
    assert given["few words"].size < 0.1
    assert doubts(found, packaged_rules, "cohesion")["other words"].size > given["other words"].size


def test_words_of_another_user_cast_doubt(packaged_rules: Rulebook) -> None:
    found = Impression({}, {"dwp": 0.2, "media": 0.8})
    given = doubts(found, packaged_rules)["words of other user"]
    assert given.size == pytest.approx(-math.log(0.2))
    assert given.words.startswith("its words and its address are those of")
    assert doubts(found, packaged_rules, user="media")["words of other user"].size < given.size


def test_words_of_nobody_in_particular_do_not_make_sure_who_writes(packaged_rules: Rulebook) -> None:
    """“Not known” is no kind of user whose words anybody could have."""
    given = doubts(Impression({}, {"dwp": 0.2, "unknown": 0.8}), packaged_rules)["words of other user"]
    assert given.words == "its words and its address do not make sure who writes"
    assert given.size == pytest.approx(-math.log(0.2))


@pytest.mark.parametrize("subject", ["", "Encrypted message"])
def test_message_without_words_could_not_speak_of_a_product(tagger: Tagger, letter: Letter, subject: str) -> None:
    """Encrypted, or all in an attachment that could not be read."""
    reasons = tagger.verdict(letter("", subject=subject)).reasons
    assert "it has no words that tell what it is about" in reasons
    assert not [one for one in reasons if "could also speak of" in one]


def test_message_with_words_of_a_product_could_speak_of_it(tagger: Tagger, letter: Letter) -> None:
    reasons = tagger.verdict(letter("It is about cohesion and how neighbours get on.")).reasons
    assert not [one for one in reasons if "no words that tell" in one]


def test_what_was_never_measured_is_doubted_a_little(packaged_rules: Rulebook) -> None:
    given = doubts(Impression({}, {}), packaged_rules, "volunteering")
    assert given.keys() == {"few words", "words of other user"}
    assert {round(one.size, 6) for one in given.values()} == {round(-math.log(UNMEASURED), 6)}


def test_packaged_words_disagree_with_a_passing_mention(tagger: Tagger, letter: Letter) -> None:
    plain = letter("How many people feel they can influence decisions of their council, and trust it?")
    beside = letter(
        "How many people feel they can influence decisions of their council, and trust it? And do different groups "
        "round here get on together, or mix at school and at work?"
    )
    found = (tagger.judged(one).impression for one in (plain, beside))
    alone, together = found
    assert alone.products["empowered-communities"] > 0 > alone.products["cohesion"]
    assert together.products["cohesion"] > alone.products["cohesion"]
