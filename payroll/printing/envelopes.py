"""A payslip for an envelope with a window (DL, 220 × 110 mm): whom it is for on the left, the lines on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm

from payroll.printing.slips import RULE, SOFT, TINT, Line, PrintedSlip, write, write_right

SIZE = (220 * mm, 110 * mm)
_LEFT, _FOLD, _RIGHT, _TOP = 10 * mm, 68 * mm, 212 * mm, 102 * mm
_COLUMNS, _BOTTOM, _NET = 2, 9 * mm, 9 * mm


def draw_envelopes(canvas: Any, slips: Sequence[PrintedSlip]) -> None:
    for slip in slips:
        _address(canvas, slip)
        _body(canvas, slip)
        canvas.showPage()


def _address(canvas: Any, slip: PrintedSlip) -> None:
    width = _FOLD - _LEFT - 6 * mm
    write(canvas, _LEFT, _TOP - 8, slip.company, 9, ink=SOFT, room=width)
    write(canvas, _LEFT, 62 * mm, slip.name, 16, room=width)
    write(canvas, _LEFT, 55 * mm, f"{slip.unit} · {slip.position}", 9, room=width)
    write(canvas, _LEFT, 50 * mm, slip.code, 9, ink=SOFT, room=width)
    write(canvas, _LEFT, 14 * mm, "亲启 · 保密", 9)
    write(canvas, _LEFT, _BOTTOM, "Personal and confidential", 7, ink=SOFT)
    canvas.setStrokeColor(RULE)
    canvas.setDash(2, 3)
    canvas.line(_FOLD, 4 * mm, _FOLD, 106 * mm)
    canvas.setDash()


def _body(canvas: Any, slip: PrintedSlip) -> None:
    x = _FOLD + 6 * mm
    write(canvas, x, _TOP - 8, "工资单 Payslip", 11)
    write_right(canvas, _RIGHT, _TOP - 8, " · ".join(filter(None, [slip.month, slip.title])), 9, ink=SOFT)
    width = (_RIGHT - x - 8 * mm) / _COLUMNS
    lists = (slip.earnings, slip.deductions)
    top, bottom = _TOP - 20, _BOTTOM + _NET + 8
    row = min(14.0, (top - bottom) / max(*map(len, lists), 1))
    for at, lines in enumerate(lists):
        _list(canvas, (x + at * (width + 8 * mm), top, width, row), lines)
    _net(canvas, slip, x)


def _list(canvas: Any, place: tuple[float, float, float, float], lines: Sequence[Line]) -> None:
    x, top, width, row = place
    size = min(8.5, row * 0.62)
    for at, line in enumerate(lines):
        y = top - (at + 1) * row + row * 0.3
        used = write(canvas, x, y, line.zh, size, room=width * 0.5)
        write(canvas, x + used + 4, y, line.en, size * 0.66, ink=SOFT, room=max(width - used - 58, 16))
        write_right(canvas, x + width, y, line.amount, size)


def _net(canvas: Any, slip: PrintedSlip, x: float) -> None:
    canvas.setFillColor(TINT)
    canvas.roundRect(x, _BOTTOM - 6, _RIGHT - x, _NET + 2, 3, stroke=0, fill=1)
    write(canvas, x + 8, _BOTTOM + 4, f"应发 Gross  {slip.gross}", 8.5)
    write_right(canvas, _RIGHT - 8, _BOTTOM + 3, f"实发 Net pay  {slip.net}", 11)
