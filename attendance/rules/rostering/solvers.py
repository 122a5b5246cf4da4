"""Solving programs with HiGHS. One thread each; the interpreter is free for others while it runs."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from attendance.rules.rostering.linear_models import Floats, Program

# Costs are whole numbers: a bound that is above best - 1 proves best.
WHOLE_STEP = 0.999


@dataclass(frozen=True, slots=True)
class Solved:
    """values: of the columns, None where none were found. bound: no solution costs less. proven: values are the best,
    or, without values, there are none.
    """

    values: Floats | None
    bound: float
    proven: bool


def solve(program: Program, *, seconds: float, start: Floats | None = None, relative_gap: float = 0.0) -> Solved:
    """The best solution found in so many seconds; start: a solution to begin with."""
    solver = _solver(program, seconds)
    solver.setOptionValue("mip_rel_gap", relative_gap)
    solver.setOptionValue("mip_abs_gap", WHOLE_STEP)
    if start is not None:
        columns = np.arange(len(start), dtype=np.int32)
        solver.setSolution(len(start), columns, start)
    solver.run()
    return _read(solver)


def _solver(program: Program, seconds: float) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library leaves it unannotated
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", max(seconds, 0.01))
    solver.passModel(_as_highs(program))
    return solver


def _as_highs(program: Program) -> highspy.HighsLp:
    given = highspy.HighsLp()
    given.num_col_, given.num_row_ = len(program.cost), len(program.row_lower)
    given.col_cost_, given.offset_ = program.cost, program.offset
    given.col_lower_, given.col_upper_ = program.lower, program.upper
    given.row_lower_, given.row_upper_ = program.row_lower, program.row_upper
    counts = np.bincount(program.row, minlength=given.num_row_)
    given.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    given.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    given.a_matrix_.index_ = program.column.astype(np.int32)
    given.a_matrix_.value_ = program.value
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    given.integrality_ = [kinds[whole] for whole in program.integer.tolist()]
    return given


def _read(solver: highspy.Highs) -> Solved:
    status, info = solver.getModelStatus(), solver.getInfo()
    proven = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solved(None, float(info.mip_dual_bound), proven)
    return Solved(np.array(solver.getSolution().col_value), float(info.mip_dual_bound), proven)
