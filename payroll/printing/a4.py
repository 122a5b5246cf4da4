"""One payslip on a page of A4: two columns of lines, net pay in a bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4

from payroll.printing.slips import RULE, SOFT, TINT, Box, Line, PrintedSlip, write, write_right

SIZE = A4
_LEFT, _RIGHT, _TOP, _FOOT = 48.0, A4[0] - 48.0, A4[1] - 56.0, 64.0
_GAP, _ROW, _HEAD = 24.0, 17.0, 26.0
_BAR = 34.0


def draw_a4(canvas: Any, slips: Sequence[PrintedSlip]) -> None:
    for slip in slips:
        _page(canvas, slip)
        canvas.showPage()


def _page(canvas: Any, slip: PrintedSlip) -> None:
    y = _heading(canvas, slip)
    y = _person(canvas, slip, y)
    row = _row_height(slip, y)
    y = _pair(canvas, y, row, (("应发项目", "Earnings", slip.earnings), ("扣减项目", "Deductions", slip.deductions)))
    y = _net(canvas, slip, y - 10)
    below = (("其他信息", "Information", slip.information), ("单位承担", "Paid by the employer", slip.employer))
    _pair(canvas, y - 18, row, below)
    _footer(canvas, slip)


def _heading(canvas: Any, slip: PrintedSlip) -> float:
    write(canvas, _LEFT, _TOP, slip.company, 16, room=300)
    if slip.company_en:
        write(canvas, _LEFT, _TOP - 15, slip.company_en, 9, ink=SOFT, room=300)
    write_right(canvas, _RIGHT, _TOP, "工资单 Payslip", 16)
    write_right(canvas, _RIGHT, _TOP - 15, " · ".join(filter(None, [slip.month, slip.title])), 10, ink=SOFT)
    _rule(canvas, _TOP - 26)
    return _TOP - 26


def _person(canvas: Any, slip: PrintedSlip, y: float) -> float:
    cells = [
        ("姓名 Name", slip.name), ("工号 Number", slip.code), ("部门 Org unit", slip.unit),
        ("岗位 Position", slip.position), ("工作城市 City", slip.city), ("工资月份 Month", slip.month),
    ]  # fmt: skip
    width = (_RIGHT - _LEFT) / 3
    for at, (label, value) in enumerate(cells):
        x, top = _LEFT + at % 3 * width, y - 18 - at // 3 * 32
        write(canvas, x, top, label, 7.5, ink=SOFT)
        write(canvas, x, top - 13, value, 10.5, room=width - 12)
    _rule(canvas, y - 72)
    return y - 72


def _row_height(slip: PrintedSlip, y: float) -> float:
    """Rows are lower where there are more of them than the page has room for."""
    rows = max(len(slip.earnings), len(slip.deductions)) + max(len(slip.information), len(slip.employer))
    room = y - _FOOT - 2 * _HEAD - _BAR - 60
    return min(_ROW, room / max(rows, 1))


def _pair(canvas: Any, y: float, row: float, lists: Sequence[tuple[str, str, Sequence[Line]]]) -> float:
    """Two lists beside each other; where the longer one ends."""
    width = (_RIGHT - _LEFT - _GAP) / 2
    for at, (zh, en, lines) in enumerate(lists):
        if lines:
            _list(canvas, Box(_LEFT + at * (width + _GAP), y, width, row), f"{zh} {en}", lines)
    longest = max(len(lines) for _zh, _en, lines in lists)
    return y - _HEAD - longest * row if longest else y


def _list(canvas: Any, box: Box, heading: str, lines: Sequence[Line]) -> None:
    write(canvas, box.x, box.y - 19, heading, 9.5)
    canvas.setStrokeColor(RULE)
    canvas.line(box.x, box.y - 24, box.x + box.width, box.y - 24)
    size = min(9.5, box.height * 0.62)
    for at, line in enumerate(lines):
        y = box.y - _HEAD - (at + 1) * box.height + box.height * 0.32
        used = write(canvas, box.x, y, line.zh, size, room=box.width * 0.5)
        write(canvas, box.x + used + 5, y, line.en, size * 0.7, ink=SOFT, room=max(box.width - used - 70, 20))
        write_right(canvas, box.x + box.width, y, line.amount, size)


def _net(canvas: Any, slip: PrintedSlip, y: float) -> float:
    canvas.setFillColor(TINT)
    canvas.roundRect(_LEFT, y - _BAR, _RIGHT - _LEFT, _BAR, 4, stroke=0, fill=1)
    middle = y - _BAR + 12
    write(canvas, _LEFT + 12, middle, f"应发合计 Gross  {slip.gross}", 9.5)
    write(canvas, _LEFT + 178, middle, f"个税 Tax  {slip.tax}", 9.5)
    write_right(canvas, _RIGHT - 12, middle - 1, f"实发 Net pay  {slip.net}", 13)
    return y - _BAR


def _footer(canvas: Any, slip: PrintedSlip) -> None:
    _rule(canvas, _FOOT - 14)
    write(canvas, _LEFT, _FOOT - 26, "金额单位：元。工资信息保密，请勿转发；如有疑问请在系统中提出异议。", 7, ink=SOFT)
    english = "Amounts in CNY. Confidential: if anything is wrong, raise it in the system."
    write(canvas, _LEFT, _FOOT - 36, english, 7, ink=SOFT)
    write_right(canvas, _RIGHT, _FOOT - 26, slip.digest, 7, ink=SOFT)


def _rule(canvas: Any, y: float) -> None:
    canvas.setStrokeColor(RULE)
    canvas.line(_LEFT, y, _RIGHT, y)
