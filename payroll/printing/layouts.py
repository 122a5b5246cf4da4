"""The layouts that people choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from payroll.printing import a4, envelopes, strips
from payroll.printing.slips import PrintedSlip, pdf_of


@dataclass(frozen=True)
class Layout:
    """size: of a page in points. one_each: whether a person has pages of his own, which can be a file of his own."""

    size: tuple[float, float]
    draw: Callable[[Any, Sequence[PrintedSlip]], None]
    one_each: bool


LAYOUTS: dict[str, Layout] = {
    "a4": Layout(a4.SIZE, a4.draw_a4, one_each=True),
    "envelope": Layout(envelopes.SIZE, envelopes.draw_envelopes, one_each=True),
    "strips": Layout(strips.SIZE, strips.draw_strips, one_each=False),
}


def printed(slips: Sequence[PrintedSlip], layout: str, password: str = "") -> bytes:
    """These payslips as one PDF."""
    chosen = LAYOUTS[layout]
    title = f"{slips[0].month} {slips[0].name}" if len(slips) == 1 else slips[0].month
    return pdf_of(lambda canvas: chosen.draw(canvas, slips), chosen.size, title, password)
