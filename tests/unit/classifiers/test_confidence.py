"""How evidence and doubts add up."""

import pytest

from classifiers.confidence import MOST, START, WORTH, noisy_or, of_doubts, of_places
from classifiers.needs import THRESHOLD


def test_independent_places_add_up_and_are_bounded() -> None:
    assert noisy_or([0.5, 0.5]) == pytest.approx(0.75)
    assert noisy_or([1.0, 1.0]) == MOST


def test_supporting_words_count_a_quarter_and_only_elsewhere() -> None:
    assert of_places({1: 0.8}, {1: 0.8}) == pytest.approx(0.8)
    assert of_places({1: 0.8}, {2: 0.8}) == pytest.approx(1 - 0.2 * 0.8)


@pytest.mark.parametrize("doubt", sorted(name for name, worth in WORTH.items() if worth > 0))
def test_each_doubt_lowers_the_confidence(doubt: str) -> None:
    assert 0 < of_doubts([(doubt, 1)]) < of_doubts([]) < 1


def test_verdict_without_doubts_passes_and_a_missing_product_does_not() -> None:
    assert of_doubts([]) > THRESHOLD > of_doubts([("no product", 1)])
    assert START > 0


def test_letter_to_a_meeting_may_speak_of_the_survey() -> None:
    spoken = [("survey", 2)]
    assert of_doubts(spoken) < of_doubts([*spoken, ("framed", 1)])
