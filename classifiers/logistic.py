"""L2-regularised logistic regression for many tags at once, on numpy; the same input gives the same weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

Matrix = NDArray[numpy.float64]
STEPS = 400
DECIMALS = 4  # of a weight: enough for a probability, and the same on every machine


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights: a row a feature, a column a tag; `bias` a value a tag."""

    weights: Matrix
    bias: Matrix


def design(rows: Sequence[frozenset[str]], features: Sequence[str]) -> Matrix:
    """Give a matrix with a row an example and a column a feature: 1 where the example has it."""
    places = {feature: place for place, feature in enumerate(features)}
    made: Matrix = numpy.zeros((len(rows), len(features)))
    for number, row in enumerate(rows):
        made[number, [places[feature] for feature in row if feature in places]] = 1.0
    return made


def fit(examples: Matrix, targets: Matrix, *, strength: float) -> Fitted:
    """Fit all tags by Nesterov's accelerated gradient; `strength` of the penalty counts in examples.

    The step is the reciprocal of the largest curvature, so that no step size has to be found.
    """
    count = max(1, len(examples))
    whole: Matrix = numpy.hstack([examples, numpy.ones((len(examples), 1))])
    penalty: Matrix = numpy.full((whole.shape[1], 1), strength / count)
    penalty[-1] = 0.0
    curvature = 0.25 * _largest(whole) / count + strength / count
    at = ahead = numpy.zeros((whole.shape[1], targets.shape[1]))
    for number in range(STEPS):
        slope = whole.T @ (probability(whole @ ahead) - targets) / count + penalty * ahead
        before, at = at, ahead - slope / curvature
        ahead = at + number / (number + 3) * (at - before)
    at = numpy.round(at, DECIMALS)
    return Fitted(at[:-1], at[-1])


def probability(scores: Any) -> Any:
    """Give the probability of a score."""
    return 1.0 / (1.0 + numpy.exp(-numpy.clip(scores, -30, 30)))


def _largest(matrix: Matrix) -> float:
    """Give the largest eigenvalue of the matrix with itself."""
    small = matrix @ matrix.T if len(matrix) < matrix.shape[1] else matrix.T @ matrix
    return float(numpy.linalg.eigvalsh(small)[-1]) if small.size else 0.0
