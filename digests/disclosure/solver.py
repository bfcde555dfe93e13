"""Linear programs: the least and the most that a sum can be under equations and bounds (HiGHS is known here only)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from digests.disclosure.rows import Row
from digests.errors import AuditFailed

_TOLERANCE = 1e-7
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Extreme:
    """A point at which a sum is least or most, and the unknowns whose bounds keep it from going further."""

    values: Values
    held_by: frozenset[int]


class _Quiet(highspy.Highs):
    """Say nothing: the solver greets on standard output as soon as it is asked for its callbacks."""

    def enableCallbacks(self) -> None:  # noqa: N802 - the library's name
        """Turn the output off first."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # highspy has no types


class Polytope:
    """All points that satisfy the rows and the bounds of each unknown."""

    def __init__(self, bounds: Sequence[tuple[float, float]], rows: Sequence[Row]) -> None:
        """Hand the whole problem to the solver once; bounds may change later."""
        self._solver: Any = _Quiet()  # type: ignore[no-untyped-call]  # highspy has no types
        self._lows, self._highs = (np.array(each, dtype=float) for each in zip(*bounds, strict=True))
        self._all = np.arange(len(bounds), dtype=np.int32)
        self._solver.addVars(len(bounds), self._lows, self._highs)
        self._add(rows)

    def bound(self, unknown: int, low: float, high: float) -> None:
        """Change the bounds of one unknown."""
        self._lows[unknown], self._highs[unknown] = low, high
        self._solver.changeColBounds(unknown, low, high)

    def extreme(self, weights: Mapping[int, float], *, most: bool) -> Extreme:
        """Find where a weighted sum is most, or least; raise AuditFailed where no point is left at all."""
        status = self._solve(weights, most)
        if status != highspy.HighsModelStatus.kOptimal:
            raise AuditFailed(why=self._solver.modelStatusToString(status))
        solution = self._solver.getSolution()
        held = np.flatnonzero(np.abs(np.array(solution.col_dual)) > _TOLERANCE)
        return Extreme(values=np.array(solution.col_value), held_by=frozenset(int(one) for one in held))

    def extreme_near(
        self, values: Values, free: Sequence[int], weights: Mapping[int, float], *, most: bool
    ) -> Extreme | None:
        """Find the same where all unknowns but the free ones keep their values: a small problem, soon solved.

        None where rounding leaves no point.
        """
        lows, highs = values.clip(self._lows, self._highs), values.clip(self._lows, self._highs)
        lows[list(free)], highs[list(free)] = self._lows[list(free)], self._highs[list(free)]
        self._solver.changeColsBounds(len(lows), self._all, lows, highs)
        try:
            return self.extreme(weights, most=most)
        except AuditFailed:
            return None
        finally:
            self._solver.changeColsBounds(len(lows), self._all, self._lows, self._highs)

    def _solve(self, weights: Mapping[int, float], most: bool) -> object:
        costs = np.zeros(len(self._all))
        costs[list(weights)] = list(weights.values())
        self._solver.clearSolver()  # a new problem goes through presolve, which is faster here than to go on
        self._solver.changeColsCost(len(costs), self._all, costs)
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize if most else highspy.ObjSense.kMinimize)
        self._solver.run()
        return self._solver.getModelStatus()

    def _add(self, rows: Sequence[Row]) -> None:
        indices = [unknown for row in rows for unknown in row.weights]
        starts = np.cumsum([0, *(len(row.weights) for row in rows)])[:-1]
        self._solver.addRows(
            len(rows),
            np.array([-highspy.kHighsInf if row.low is None else row.low for row in rows], dtype=float),
            np.array([highspy.kHighsInf if row.high is None else row.high for row in rows], dtype=float),
            len(indices),
            starts.astype(np.int32),
            np.array(indices, dtype=np.int32),
            np.array([weight for row in rows for weight in row.weights.values()], dtype=float),
        )
