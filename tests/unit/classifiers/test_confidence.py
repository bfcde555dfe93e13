"""How evidence and doubts add up."""

import pytest

from classifiers.confidence import DOUBTS, MOST, DoubtWorths, doubt_worths, noisy_or, of_places
from classifiers.needs import THRESHOLD
from classifiers.rule import Rulebook

FRAME = "framed"  # speaks for a verdict


@pytest.fixture(scope="session")
def worths(packaged_rules: Rulebook) -> DoubtWorths:
    return doubt_worths(packaged_rules.tables)


def test_independent_places_add_up_and_are_bounded() -> None:
    assert noisy_or([0.5, 0.5]) == pytest.approx(0.75)
    assert noisy_or([1.0, 1.0]) == MOST


def test_supporting_words_count_a_quarter_and_only_elsewhere() -> None:
    assert of_places({1: 0.8}, {1: 0.8}) == pytest.approx(0.8)
    assert of_places({1: 0.8}, {2: 0.8}) == pytest.approx(1 - 0.2 * 0.8)


@pytest.mark.parametrize("doubt", sorted(DOUBTS - {FRAME}))
def test_each_doubt_lowers_the_confidence(worths: DoubtWorths, doubt: str) -> None:
    several = [("other words", 3.0)]  # beside the bound, one doubt more would not show
    assert 0 < worths.confidence([*several, (doubt, 1)]) < worths.confidence(several) < 1


def test_verdict_without_doubts_passes_and_a_missing_product_does_not(worths: DoubtWorths) -> None:
    assert MOST == worths.confidence([]) > THRESHOLD > worths.confidence([("no product", 1)])


def test_letter_to_a_meeting_may_speak_of_the_survey(worths: DoubtWorths) -> None:
    spoken = [("survey", 3), ("no user", 1)]
    assert worths.confidence(spoken) < worths.confidence([*spoken, (FRAME, 1)])


def test_folder_of_rules_without_worths_has_those_that_came_along(worths: DoubtWorths) -> None:
    assert doubt_worths({}) == worths


def test_folder_of_rules_says_what_its_doubts_are_worth() -> None:
    own = doubt_worths({"doubt_weights": {"start": 1, "worth": {"no user": 1}}})
    assert own.confidence([("no user", 1), ("no product", 1)]) == 0.5


def test_every_doubt_has_a_worth_of_its_own(worths: DoubtWorths) -> None:
    assert worths.worth.keys() == DOUBTS


def test_doubts_beyond_all_measure_leave_no_chance() -> None:
    assert DoubtWorths(-20.0, {"several": 20.0}).confidence([("several", 1_000_000.0)]) == 0.0
