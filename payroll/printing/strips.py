"""Several payslips on a page of A4, with lines to cut along: names above amounts, as the classic 工资条."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4

from payroll.printing.slips import RULE, SOFT, TINT, Line, PrintedSlip, write, write_right

SIZE = A4
_LEFT, _RIGHT, _TOP, _BOTTOM = 32.0, A4[0] - 32.0, A4[1] - 30.0, 28.0
_COLUMNS, _CELL, _HEAD, _GAP = 7, 31.0, 24.0, 16.0


def draw_strips(canvas: Any, slips: Sequence[PrintedSlip]) -> None:
    y = _TOP
    for slip in slips:
        height = _height(slip)
        if y != _TOP and y - height < _BOTTOM:
            canvas.showPage()
            y = _TOP
        _strip(canvas, slip, y)
        y -= height + _GAP
    canvas.showPage()


def _lines(slip: PrintedSlip) -> list[Line]:
    sums = [Line("应发合计", "gross", slip.gross), Line("实发", "net pay", slip.net)]
    return [*slip.earnings, *slip.deductions, *sums]


def _height(slip: PrintedSlip) -> float:
    return _HEAD + -(-len(_lines(slip)) // _COLUMNS) * _CELL


def _strip(canvas: Any, slip: PrintedSlip, y: float) -> None:
    written = write(canvas, _LEFT, y - 15, f"{slip.name}  {slip.code}", 10.5, room=220)
    write(canvas, _LEFT + written + 10, y - 15, f"{slip.unit} · {slip.position}", 8, ink=SOFT, room=160)
    heading = " · ".join(filter(None, [slip.company, slip.month, slip.title, "工资单 Payslip"]))
    write_right(canvas, _RIGHT, y - 15, heading, 8, ink=SOFT)
    for at, line in enumerate(_lines(slip)):
        _cell(canvas, line, at, y - _HEAD)
    canvas.setStrokeColor(RULE)
    canvas.setDash(3, 3)
    canvas.line(_LEFT - 16, y - _height(slip) - _GAP / 2, _RIGHT + 16, y - _height(slip) - _GAP / 2)
    canvas.setDash()


def _cell(canvas: Any, line: Line, at: int, top: float) -> None:
    width = (_RIGHT - _LEFT) / _COLUMNS
    x, y = _LEFT + at % _COLUMNS * width, top - at // _COLUMNS * _CELL
    canvas.setStrokeColor(RULE)
    canvas.setFillColor(TINT)
    canvas.rect(x, y - 18, width, 18, stroke=1, fill=1)
    canvas.rect(x, y - _CELL, width, _CELL - 18, stroke=1, fill=0)
    write(canvas, x + 3, y - 8, line.zh, 7, room=width - 6)
    write(canvas, x + 3, y - 15.5, line.en, 5, ink=SOFT, room=width - 6)
    write_right(canvas, x + width - 3, y - _CELL + 3.5, line.amount, 8)
