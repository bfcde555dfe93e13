"""Why a tag does not stand, match by match."""

from collections.abc import Callable

import pytest

from classifiers.explaining import Asked, WhyNot
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText

Letter = Callable[..., MessageText]


def why(tagger: Tagger, message: MessageText, tag: str) -> WhyNot:
    dimension, _, value = tag.partition(":")
    found = tagger.explain(message, Asked(dimension=Dimension(dimension), value=value)).why_not
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "tag", "words"),
    [
        pytest.param(
            "Send volunteering by age, not the cohesion report.", "product:cohesion", "set aside by", id="aside"
        ),
        pytest.param("Formal volunteering by age, please.", "use:volunteering-evaluation", "states a use", id="no use"),
    ],
)
def test_each_match_says_why_it_did_not_count(tagger: Tagger, letter: Letter, text: str, tag: str, words: str) -> None:
    found = why(tagger, letter(text), tag)
    assert any(words in one.why for one in found.uncounted)


def test_quoted_mail_is_named_as_the_place(tagger: Tagger, letter: Letter) -> None:
    message = letter("Please send national identity tables.", quoted="Formal volunteering by age.")
    found = why(tagger, message, "product:volunteering")
    assert "quoted mail" in found.reason


def test_situation_that_takes_a_tag_away_is_named(tagger: Tagger, letter: Letter) -> None:
    text = (
        "Your interviewer came to my door about the Citizenship Survey and would not leave. "
        "She asked how often I do formal volunteering. Who gave you my address?"
    )
    found = why(tagger, letter(text, sender="m.poole@btinternet.com"), "product:volunteering")
    assert any("somebody interviewed" in one.why for one in found.uncounted)


def test_kind_of_user_is_explained_by_its_cues(tagger: Tagger, letter: Letter) -> None:
    found = why(tagger, letter("How many people are cared for by a professor?"), "user_category:academia")
    assert {near.file for near in found.near} <= {"user_cues.toml"}


def test_words_that_lack_are_shown_as_the_rule_has_them(tagger: Tagger, letter: Letter) -> None:
    near = why(tagger, letter("How many people are formal?"), "product:volunteering").near
    assert all(words for one in near for words in one.lacks)
    assert any("volunteering" in words for one in near for words in one.lacks)


def test_tag_of_no_catalogue_is_said(tagger: Tagger, letter: Letter) -> None:
    assert "catalogue" in why(tagger, letter("Hello"), "product:pets").reason


def test_product_that_the_words_of_the_whole_letter_outweigh_is_told_so(tagger: Tagger, letter: Letter) -> None:
    """Neither the kind of letter nor what stands beside the words speaks against it."""
    small_talk = 5 * "The weather has been lovely. We had lunch by the sea and the dog ran along the beach. "
    found = why(tagger, letter(small_talk + "Could you send cohesion figures?"), "product:cohesion")
    assert found.reason.startswith("the other words of the message outweigh it")
