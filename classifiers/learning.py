"""Learn a second opinion from confirmed messages, measure it, and keep it off unless it finds what the rules get wrong.

The features are the rules' own cues (`cues`), the model a logistic regression a tag (`logistic`). It is measured on
messages that it has not seen: those of one sender all stand in one part of five. A dimension comes on only if the rules
turn out wrong clearly more often where it disagrees with them than they are wrong anywhere.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import TypeVar

from classifiers.errors import TooFewDecisions
from classifiers.logistic import design, fit
from classifiers.opinion import SINGLE, SecondOpinion, TagWeights, suggestion
from classifiers.verdict import Dimension

FEWEST_MESSAGES = 200
FEWEST_A_TAG = 10
FEWEST_A_CUE = 3
MOST_MESSAGES = 5000  # the newest; more cost minutes and teach little
PARTS = 5
STRENGTH = 2.0  # of the penalty on weights, in messages
MARGIN = 0.15  # by so much the rules must be wrong more often where past decisions disagree than anywhere
LUCK = 0.05  # and so unlikely it must be that this is chance
LEARNT = (Dimension.PRODUCT, Dimension.USER_CATEGORY, Dimension.USE, Dimension.CHANNEL)

Values = frozenset[tuple[Dimension, str]]
Item = TypeVar("Item", str, tuple[Dimension, str])


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A confirmed message: its cues, what the rules say of it, what a person decided; `group`: whose it is."""

    cues: frozenset[str]
    rules: Values
    person: Values
    group: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DimensionFigures:
    """How the second opinion does on one dimension, on messages it had not seen.

    `most_common`, `rules_right` and `opinion_right` count messages whose values are exactly right: guessing the most
    common ones, by the rules, by the opinion alone. `disagreed` counts those that it would put on top of the queue, and
    `found` those of them that the rules have wrong.
    """

    dimension: Dimension
    messages: int
    most_common: int
    rules_right: int
    opinion_right: int
    disagreed: int
    found: int

    @property
    def chance(self) -> float:
        """The share that the rules have wrong: what messages drawn by lot would find."""
        return 1 - self.rules_right / self.messages if self.messages else 0.0

    @property
    def luck(self) -> float:
        """The probability that so many drawn by lot hold so many wrong ones, or more."""
        wrong, n = self.chance, self.disagreed
        return sum(comb(n, k) * wrong**k * (1 - wrong) ** (n - k) for k in range(self.found, n + 1))

    @property
    def is_on(self) -> bool:
        """Tell whether it beats chance by the margin, and not by luck."""
        if not self.disagreed:
            return False
        return self.found / self.disagreed >= self.chance + MARGIN and self.luck <= LUCK


@dataclass(frozen=True, kw_only=True, slots=True)
class Learnt:
    """A second opinion with its figures; dimensions that do not beat chance are not in it."""

    opinion: SecondOpinion
    messages: int
    figures: tuple[DimensionFigures, ...]


def part_of(example: Example) -> int:
    """Give the part of the cross-validation that a sender's messages stand in."""
    return hashlib.sha256(example.group.encode()).digest()[0] % PARTS


def learn(examples: Sequence[Example], rules_version: str) -> Learnt:
    """Learn from confirmed messages, the newest last. Raises `TooFewDecisions`."""
    if len(examples) < FEWEST_MESSAGES:
        raise TooFewDecisions(len(examples), FEWEST_MESSAGES)
    newest = examples[-MOST_MESSAGES:]
    figures = measured(newest)
    on = {one.dimension for one in figures if one.is_on}
    weights = trained(newest)
    opinion = SecondOpinion(
        rules_version=rules_version, tags={dimension: weights[dimension] for dimension in LEARNT if dimension in on}
    )
    return Learnt(opinion=opinion, messages=len(newest), figures=figures)


def measured(examples: Sequence[Example]) -> tuple[DimensionFigures, ...]:
    """Measure part by part: learn on the other parts, judge on this one."""
    judged = []
    for held in sorted({part_of(example) for example in examples}):
        weights = trained([example for example in examples if part_of(example) != held])
        judged += [(example, _likely(weights, example)) for example in examples if part_of(example) == held]
    return tuple(_figures(dimension, judged) for dimension in LEARNT)


def trained(examples: Sequence[Example]) -> dict[Dimension, dict[str, TagWeights]]:
    """Fit the weights of every tag that enough messages carry."""
    cues = _frequent(Counter(cue for example in examples for cue in example.cues), FEWEST_A_CUE)
    tags = _frequent(Counter(tag for example in examples for tag in example.person), FEWEST_A_TAG)
    tags = [tag for tag in tags if tag[0] in LEARNT]
    targets = [frozenset(f"{dimension} {value}" for dimension, value in example.person) for example in examples]
    names = [f"{dimension} {value}" for dimension, value in tags]
    fitted = fit(design([example.cues for example in examples], cues), design(targets, names), strength=STRENGTH)
    made: dict[Dimension, dict[str, TagWeights]] = {dimension: {} for dimension in LEARNT}
    for place, (dimension, value) in enumerate(tags):
        column = fitted.weights[:, place]
        weights = {cue: float(weight) for cue, weight in zip(cues, column, strict=True) if weight}
        made[dimension][value] = TagWeights(bias=float(fitted.bias[place]), weights=weights)
    return made


def _frequent(counted: Counter[Item], least: int) -> list[Item]:
    return sorted(item for item, count in counted.items() if count >= least)


Likely = Mapping[Dimension, Mapping[str, float]]


def _likely(weights: Mapping[Dimension, Mapping[str, TagWeights]], example: Example) -> Likely:
    return {
        dimension: {value: one.probability(example.cues) for value, one in values.items()}
        for dimension, values in weights.items()
    }


def _figures(dimension: Dimension, judged: Sequence[tuple[Example, Likely]]) -> DimensionFigures:
    people = [_of(example.person, dimension) for example, _ in judged]
    rules = [_of(example.rules, dimension) for example, _ in judged]
    alone = [_alone(dimension, given, likely[dimension]) for given, (_, likely) in zip(rules, judged, strict=True)]
    disputed = [
        set(suggestion(dimension, sorted(given), likely[dimension])) != given
        for given, (_, likely) in zip(rules, judged, strict=True)
    ]
    wrong = [given != person for given, person in zip(rules, people, strict=True)]
    return DimensionFigures(
        dimension=dimension,
        messages=len(judged),
        most_common=max(Counter(people).values(), default=0),
        rules_right=len(wrong) - sum(wrong),
        opinion_right=sum(given == person for given, person in zip(alone, people, strict=True)),
        disagreed=sum(disputed),
        found=sum(one and other for one, other in zip(disputed, wrong, strict=True)),
    )


def _alone(dimension: Dimension, rules: frozenset[str], likely: Mapping[str, float]) -> frozenset[str]:
    """Give what the opinion would say by itself; of tags that it has not learnt it says what the rules say."""
    if dimension in SINGLE:
        return frozenset([max(sorted(likely), key=lambda value: likely[value])]) if likely else rules
    return frozenset([value for value, chance in likely.items() if chance >= 0.5]) | (rules - likely.keys())


def _of(values: Values, dimension: Dimension) -> frozenset[str]:
    return frozenset(value for kind, value in values if kind is dimension)
