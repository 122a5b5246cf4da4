"""Inputs as payslips keep them: numbers by place, texts in their order."""

from __future__ import annotations

import numpy as np

from payroll.models import FormulaSetVersion
from payroll.queries.histories import Ints, Mask
from payroll.queries.input_columns import InputColumns
from payroll.rules.formula import TextColumn, Type


def input_cells(version: FormulaSetVersion, columns: InputColumns) -> tuple[Ints, Mask]:
    """Numbers by person and input; texts count as missing here."""
    shape = (len(columns), len(version.inputs))
    numbers, missing = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=np.bool_)
    for at, entry in enumerate(version.inputs):
        values = columns.values[entry["code"]]
        if not isinstance(values, TextColumn):
            numbers[:, at] = values
            missing[:, at] = columns.missing[entry["code"]]
    return numbers, missing


def text_inputs(version: FormulaSetVersion, columns: InputColumns) -> list[tuple[TextColumn, Mask]]:
    """In their order in payslips."""
    found = []
    for code in (entry["code"] for entry in version.inputs if entry["type"] == Type.TEXT):
        column = columns.values[code]
        assert isinstance(column, TextColumn), "texts come as such"
        found.append((column, columns.missing[code]))
    return found
