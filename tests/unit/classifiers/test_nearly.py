"""What nearly fired: tags that a message just missed."""

from collections.abc import Callable

import pytest

from classifiers.explaining import WhyNot
from classifiers.nearly import MOST_LISTED
from classifiers.rule import Rulebook
from classifiers.tagger import Tagger
from classifiers.verdict import MessageText

Letter = Callable[..., MessageText]


def missed(tagger: Tagger, message: MessageText) -> dict[str, WhyNot]:
    return {str(why.asked): why for why in tagger.nearly(message, tagger.verdict(message))}


@pytest.mark.parametrize(
    ("text", "tag", "reason"),
    [
        pytest.param(
            "Send volunteering by age, not the cohesion report.",
            "product:cohesion",
            "it is named only to be set aside",
            id="set aside",
        ),
        pytest.param(
            "Formal volunteering by age, please.",
            "use:volunteering-evaluation",
            "no sentence states a use",
            id="no use",
        ),
    ],
)
def test_words_that_did_not_count_come_first(tagger: Tagger, letter: Letter, text: str, tag: str, reason: str) -> None:
    found = missed(tagger, letter(text))
    assert next(iter(found)) == tag
    assert found[tag].reason == reason


def test_rule_that_lacks_one_word_is_named_with_it(tagger: Tagger, letter: Letter) -> None:
    found = missed(tagger, letter("Could you split the get-on-well question by type of area?"))
    near = found["product:empowered-communities"].near[0]
    assert near.sentence == "Could you split the get-on-well question by type of area?"
    assert "influence" in near.lacks[0] or "change" in near.lacks[0]
    assert len(near.lacks) == 1


def test_tag_that_stands_is_not_missed(tagger: Tagger, letter: Letter) -> None:
    message = letter("Please send formal volunteering by age, not the cohesion report.")
    stands = {f"{tag.dimension}:{tag.value}" for tag in tagger.verdict(message).tags}
    assert stands.isdisjoint(missed(tagger, message))


@pytest.mark.parametrize("text", ["", "Thanks.", "See you on Tuesday."])
def test_nothing_comes_near_in_a_line_about_nothing(tagger: Tagger, letter: Letter, text: str) -> None:
    assert missed(tagger, letter(text)) == {}


def test_list_stays_short(tagger: Tagger, letter: Letter, packaged_rules: Rulebook) -> None:
    words = " ".join(example for rule in packaged_rules.rules for example in rule.not_ok[:1])
    assert len(missed(tagger, letter(words[:5000]))) <= MOST_LISTED
