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
Places = npt.NDArray[np.int64]


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
        self._lows, self._highs = (np.array(each, dtype=float) for each in zip(*bounds, strict=True))
        self._matrix = _Matrix.of(rows)
        self._solver = _Solver(self._lows, self._highs, self._matrix)

    def bound(self, unknown: int, low: float, high: float) -> None:
        """Change the bounds of one unknown."""
        self._lows[unknown], self._highs[unknown] = low, high
        self._solver.bound(unknown, low, high)

    def extreme(self, weights: Mapping[int, float], *, most: bool) -> Extreme:
        """Find where a weighted sum is most, or least; raise AuditFailed where no point is left at all."""
        return self._solver.extreme(weights, most=most)

    def extreme_near(
        self, values: Values, free: Sequence[int], weights: Mapping[int, float], *, most: bool
    ) -> Values | None:
        """Find the same where all unknowns but the free ones keep their values: a small problem, soon solved.

        None where rounding leaves no point.
        """
        chosen = np.array(sorted(set(free)), dtype=np.int64)
        found = values.clip(self._lows, self._highs)
        places = {int(unknown): place for place, unknown in enumerate(chosen)}
        small = _Solver(self._lows[chosen], self._highs[chosen], self._matrix.narrowed(chosen, found))
        try:
            near = small.extreme({places[one]: weight for one, weight in weights.items() if one in places}, most=most)
        except AuditFailed:
            return None
        found[chosen] = near.values
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Matrix:
    """Rows with their bounds; each weight with the row and the unknown that it stands at, in the order of the rows."""

    lows: Values
    highs: Values
    row: Places
    unknown: Places
    weight: Values

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "_Matrix":
        return cls(
            lows=np.array([-highspy.kHighsInf if row.low is None else row.low for row in rows], dtype=float),
            highs=np.array([highspy.kHighsInf if row.high is None else row.high for row in rows], dtype=float),
            row=np.repeat(np.arange(len(rows)), [len(row.weights) for row in rows]),
            unknown=np.array([unknown for row in rows for unknown in row.weights], dtype=np.int64),
            weight=np.array([weight for row in rows for weight in row.weights.values()], dtype=float),
        )

    def narrowed(self, free: Places, values: Values) -> "_Matrix":
        """Give the rows that hold free unknowns, numbered anew, with what the others add taken off their bounds."""
        place = np.full(len(values), -1)
        place[free] = np.arange(len(free))
        is_free = place[self.unknown] >= 0
        rows, row = np.unique(self.row[is_free], return_inverse=True)
        fixed = np.bincount(
            self.row[~is_free], self.weight[~is_free] * values[self.unknown[~is_free]], minlength=len(self.lows)
        )
        return _Matrix(
            lows=(self.lows - fixed)[rows],
            highs=(self.highs - fixed)[rows],
            row=row,
            unknown=place[self.unknown[is_free]],
            weight=self.weight[is_free],
        )


class _Solver:
    """One problem, handed to the library once; bounds of unknowns may change."""

    def __init__(self, lows: Values, highs: Values, matrix: _Matrix) -> None:
        self._highs: Any = _Quiet()  # type: ignore[no-untyped-call]  # highspy has no types
        self._all = np.arange(len(lows), dtype=np.int32)
        self._highs.addVars(len(lows), lows, highs)
        starts = np.searchsorted(matrix.row, np.arange(len(matrix.lows)))
        self._highs.addRows(
            len(matrix.lows),
            matrix.lows,
            matrix.highs,
            len(matrix.row),
            starts.astype(np.int32),
            matrix.unknown.astype(np.int32),
            matrix.weight,
        )

    def bound(self, unknown: int, low: float, high: float) -> None:
        """Change the bounds of one unknown."""
        self._highs.changeColBounds(unknown, low, high)

    def extreme(self, weights: Mapping[int, float], *, most: bool) -> Extreme:
        """Find where a weighted sum is most, or least; raise AuditFailed where no point is left at all."""
        status = self._solve(weights, most)
        if status != highspy.HighsModelStatus.kOptimal:
            raise AuditFailed(why=self._highs.modelStatusToString(status))
        solution = self._highs.getSolution()
        held = np.flatnonzero(np.abs(np.array(solution.col_dual)) > _TOLERANCE)
        return Extreme(values=np.array(solution.col_value), held_by=frozenset(int(one) for one in held))

    def _solve(self, weights: Mapping[int, float], most: bool) -> object:
        costs = np.zeros(len(self._all))
        costs[list(weights)] = list(weights.values())
        self._highs.clearSolver()  # a new problem goes through presolve, which is faster here than to go on
        self._highs.changeColsCost(len(costs), self._all, costs)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize if most else highspy.ObjSense.kMinimize)
        self._highs.run()
        return self._highs.getModelStatus()
