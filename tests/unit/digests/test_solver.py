"""Linear programs: a point found among some unknowns, the others held, satisfies every row of the whole problem."""

import random

import numpy as np
import pytest

from digests.disclosure.rows import Row
from digests.disclosure.solver import Polytope, Values

NEAR = 1e-6


def sums(rows: list[Row], point: Values) -> Values:
    """Give what each row adds up to at a point."""
    return np.array([sum(weight * point[unknown] for unknown, weight in row.weights.items()) for row in rows])


def test_what_is_held_is_taken_off_the_rows_of_what_is_free() -> None:
    """Of x + y + 2z = 14 and x - y <= 2, z held at 5, x is at most 3 and y then 1; the row of z alone stays true."""
    rows = [
        Row(weights={2: 1.0}, low=5, high=5),
        Row(weights={0: 1.0, 1: 1.0, 2: 2.0}, low=14, high=14),
        Row(weights={0: 1.0, 1: -1.0}, high=2),
    ]
    found = Polytope([(0, 20)] * 3, rows).extreme_near(np.array([2.0, 2.0, 5.0]), (1, 0), {0: 1.0}, most=True)
    assert found is not None
    assert found == pytest.approx([3, 1, 5])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("most", [True, False])
def test_a_point_found_near_another_satisfies_every_row(seed: int, most: bool) -> None:
    chance = random.Random(seed)
    held = np.array([float(chance.randint(1, 9)) for _ in range(12)])
    weights = [{one: chance.choice((-1.0, 1.0, 2.0)) for one in chance.sample(range(12), 5)} for _ in range(8)]
    at = sums([Row(weights=each) for each in weights], held)
    rows = [Row(weights=w, low=a - chance.randint(0, 2), high=a) for w, a in zip(weights, at, strict=True)]
    free = chance.sample(range(12), 7)
    goal = {one: chance.choice((-1.0, 1.0)) for one in free}
    found = Polytope([(0, 20)] * 12, rows).extreme_near(held, free, goal, most=most)
    assert found is not None
    for row, reached in zip(rows, sums(rows, found), strict=True):
        assert row.low is not None
        assert row.high is not None
        assert row.low - NEAR <= reached <= row.high + NEAR
    kept = [one for one in range(12) if one not in free]
    assert found[kept] == pytest.approx(held[kept])
    gained = sum(weight * (found[one] - held[one]) for one, weight in goal.items())
    assert gained * (1 if most else -1) >= -NEAR
