"""A second opinion: learnt from decisions, measured on unseen ones, off unless it beats chance, and never tagging."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy
import pytest

from classifiers.catalogue import load_catalogue
from classifiers.cues import cues_of
from classifiers.errors import OpinionUnreadable, TooFewDecisions
from classifiers.learning import FEWEST_A_TAG, FEWEST_MESSAGES, DimensionFigures, Example, learn
from classifiers.logistic import design, fit, probability
from classifiers.opinion import SecondOpinion, TagWeights, as_plain, read_opinion
from classifiers.tagger import Tagger
from classifiers.verdict import Dimension, MessageText, Tag, Verdict, ZoneKind

PRODUCT = Dimension.PRODUCT
COHESION, VOLUNTEERING = (PRODUCT, "cohesion"), (PRODUCT, "volunteering")


def decided(count: int, *, noise: bool = False) -> list[Example]:
    """Make decisions: where both rules match, people say volunteering and the rules say cohesion.

    With `noise` what people say has nothing to do with the rules that matched.
    """
    chance = random.Random(7)
    examples = []
    for number in range(count):
        both = chance.random() < 0.2
        person = VOLUNTEERING if (chance.random() < 0.2 if noise else both) else COHESION
        cues = {"rule a", *(["rule b"] if both else []), f"rule {chance.randrange(6)}"}
        rules = frozenset([COHESION])
        examples.append(
            Example(cues=frozenset(cues), rules=rules, person=frozenset([person]), group=f"sender {number % 60}")
        )
    return examples


def verdict(*products: str, disposition: str = "triage") -> Verdict:
    tags = [Tag(dimension=Dimension.DISPOSITION, value=disposition, confidence=0.99, reason="")]
    tags += [Tag(dimension=PRODUCT, value=value, confidence=0.95, reason="") for value in products]
    return Verdict(rules_version="r1", tags=tuple(tags), needs_person=False, reasons=(), confidence=0.95)


@pytest.fixture
def opinion() -> SecondOpinion:
    """Give an opinion: where the rules say cohesion, people said volunteering."""
    weights = {
        "cohesion": TagWeights(bias=0.0, weights={"tag product:cohesion": -4.0}),
        "volunteering": TagWeights(bias=-3.0, weights={"tag product:cohesion": 6.0}),
    }
    return SecondOpinion(rules_version="r1", tags={PRODUCT: weights})


def test_what_the_rules_get_wrong_again_and_again_is_learnt() -> None:
    learnt = learn(decided(300), "r1")
    product = next(one for one in learnt.figures if one.dimension is PRODUCT)
    assert product.is_on
    assert product.found == product.disagreed > 40
    assert product.opinion_right > product.rules_right > product.most_common - 1
    assert set(learnt.opinion.tags) == {PRODUCT}


def test_decisions_that_no_cue_foretells_leave_it_off() -> None:
    learnt = learn(decided(300, noise=True), "r1")
    assert not any(one.is_on for one in learnt.figures)
    assert learnt.opinion.tags == {}


def test_too_few_decisions_are_refused_with_the_number_needed() -> None:
    with pytest.raises(TooFewDecisions, match=f"199 reviewed.*needs {FEWEST_MESSAGES}"):
        learn(decided(FEWEST_MESSAGES - 1), "r1")


def test_tags_of_few_decisions_are_not_learnt() -> None:
    rare = frozenset([(PRODUCT, "headline")])
    examples = decided(300)
    examples += [
        Example(cues=frozenset({"rule c"}), rules=rare, person=rare, group="x") for _ in range(FEWEST_A_TAG - 1)
    ]
    assert set(learn(examples, "r1").opinion.tags[PRODUCT]) == {"cohesion", "volunteering"}


def test_same_decisions_give_the_same_opinion() -> None:
    first, second = (learn(decided(250), "r1") for _ in range(2))
    assert as_plain(first.opinion) == as_plain(second.opinion)


@pytest.mark.parametrize(
    ("disagreed", "found", "on"),
    [(0, 0, False), (20, 3, False), (20, 4, False), (20, 6, True), (3, 1, False)],
    ids=["never disagrees", "no better than the margin", "by luck", "beats chance", "too few to say"],
)
def test_margin_and_luck_decide_whether_it_is_on(disagreed: int, found: int, on: bool) -> None:
    figures = DimensionFigures(
        dimension=PRODUCT,
        messages=300,
        most_common=100,
        rules_right=270,
        opinion_right=250,
        disagreed=disagreed,
        found=found,
    )
    assert figures.is_on is on


def test_disputed_verdict_keeps_its_tags_and_says_both_sides(opinion: SecondOpinion) -> None:
    before = verdict("cohesion")
    after = opinion.beside(before, (), load_catalogue())
    assert after.tags == before.tags
    assert (after.disputed, after.needs_person) == (True, True)
    assert after.reasons[0] == (
        "the rules say “Citizenship Survey: Cohesion Topic Report”, "
        "past decisions suggest “Citizenship Survey: Volunteering and Charitable Giving Topic Report”"
    )


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(verdict("survey"), id="nothing against it"),
        pytest.param(verdict("cohesion", disposition="spam"), id="nobody has to read it"),
        pytest.param(
            Verdict(rules_version="r2", tags=verdict("cohesion").tags), id="other rules than it was learnt with"
        ),
    ],
)
def test_verdict_stays_as_it_is(opinion: SecondOpinion, given: Verdict) -> None:
    assert opinion.beside(given, (), load_catalogue()) == given


def test_opinion_comes_back_from_its_file(opinion: SecondOpinion, tmp_path: Path) -> None:
    file = tmp_path / "opinion.json"
    file.write_text(json.dumps(as_plain(opinion)))
    assert read_opinion(file) == opinion


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2}', '{"format": 1, "tags": {"pets": {}}}', "\x00"])
def test_file_that_is_no_opinion_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    file = tmp_path / "opinion.json"
    file.write_text(text)
    with pytest.raises(OpinionUnreadable, match="statshop learn"):
        read_opinion(file)


def test_cues_hold_no_word_of_the_message(tagger: Tagger, letter: Callable[..., MessageText]) -> None:
    message = letter("How many adults volunteer in Zebraville?", sender="q.zanzibar@kirklees.gov.uk")
    cues = cues_of(tagger.verdict(message), [ZoneKind.SUBJECT, ZoneKind.NEW])
    assert any(cue.endswith(f"asked {ZoneKind.NEW}") for cue in cues)
    assert "tag product:volunteering" in cues
    assert not [cue for cue in cues if "ebraville" in cue or "zanzibar" in cue or "kirklees" in cue]


def test_regression_finds_what_tells_and_shrinks_what_does_not() -> None:
    rows: Sequence[frozenset[str]] = [frozenset({"a"}), frozenset({"a", "b"}), frozenset({"b"}), frozenset()] * 20
    targets = numpy.array([[1.0], [1.0], [0.0], [0.0]] * 20)
    fitted = fit(design(rows, ["a", "b"]), targets, strength=1.0)
    scores = probability(design(rows[:4], ["a", "b"]) @ fitted.weights + fitted.bias)
    assert (scores[:2] > 0.85).all()
    assert (scores[2:] < 0.15).all()
    assert abs(fitted.weights[1][0]) < 0.1 < fitted.weights[0][0]
