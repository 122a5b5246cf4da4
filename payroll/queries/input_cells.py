"""Inputs as payslips keep them: numbers by place, texts in their order."""

from __future__ import annotations

import numpy as np

from payroll.models import FormulaSetVersion
from payroll.queries.histories import Ints, Mask
from payroll.queries.input_columns import InputColumns
from payroll.rules.formula import TextColumn, Type


def input_cells(version: FormulaSetVersion, columns: InputColumns) -> tuple[Ints, Mask]:
    """Numbers by person and input; texts count as missing here."""
    none = np.zeros(len(columns), dtype=np.int64), np.ones(len(columns), dtype=np.bool_)
    cells = [_cells(columns, entry["code"]) or none for entry in version.inputs]
    if not cells:
        return np.zeros((len(columns), 0), dtype=np.int64), np.zeros((len(columns), 0), dtype=np.bool_)
    return np.stack([values for values, _missing in cells], axis=1), np.stack([missing for _, missing in cells], axis=1)


def _cells(columns: InputColumns, code: str) -> tuple[Ints, Mask] | None:
    values = columns.values[code]
    return None if isinstance(values, TextColumn) else (values.astype(np.int64, copy=False), columns.missing[code])


def text_inputs(version: FormulaSetVersion, columns: InputColumns) -> list[tuple[TextColumn, Mask]]:
    """In their order in payslips."""
    found = []
    for code in (entry["code"] for entry in version.inputs if entry["type"] == Type.TEXT):
        column = columns.values[code]
        assert isinstance(column, TextColumn), "texts come as such"
        found.append((column, columns.missing[code]))
    return found
