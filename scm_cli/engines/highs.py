"""Whole-number programs solved by HiGHS (Huangfu & Hall, Math. Prog. Comp. 10, 2018), extra `opt`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.engines.extra import required
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from scm_cli.core.sites.program import Floats, Program, Solver


def solver() -> Solver | None:
    """The solver, or None where it is not installed."""
    return solved if find_spec("highspy") else None


def solved(program: Program) -> Floats:
    """The best x of a program, to a gap of 1e-6.

    Raises:
        ScmError: there is none.
    """
    highspy = required("highspy", "opt")
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.cost), len(program.low)
    model.col_cost_ = program.cost
    model.col_lower_, model.col_upper_ = np.zeros(len(program.cost)), np.ones(len(program.cost))
    model.row_lower_, model.row_upper_ = program.low, program.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = program.starts.astype(np.int32)
    model.a_matrix_.index_ = program.columns.astype(np.int32)
    model.a_matrix_.value_ = program.values
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger if w else kinds.kContinuous for w in program.whole]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 1e-6)
    highs.passModel(model)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ScmError("the solver found no best choice")
    return np.array(highs.getSolution().col_value)
