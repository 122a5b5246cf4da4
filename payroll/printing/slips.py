"""A payslip as it is printed, and what all layouts share: the embedded font, text that fits, the PDF around pages."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from pypdf import PdfReader, PdfWriter
from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from payroll.printing.font import FONT_FILE

FONT = "NotoSansSC"
INK, SOFT, RULE, TINT = HexColor("#1f2937"), HexColor("#6b7280"), HexColor("#d1d5db"), HexColor("#eff6ff")
_ALGORITHM = "AES-256"


class Line(NamedTuple):
    """zh, en: the item's names; amount: as printed."""

    zh: str
    en: str
    amount: str


@dataclass(frozen=True)
class PrintedSlip:
    """Everything on one payslip. Amounts are texts such as 1,234.50; sections leave out lines of 0."""

    company: str
    company_en: str
    month: str
    title: str
    code: str
    name: str
    unit: str
    position: str
    city: str
    earnings: Sequence[Line]
    deductions: Sequence[Line]
    information: Sequence[Line]
    employer: Sequence[Line]
    gross: str
    tax: str
    net: str
    digest: str


class Box(NamedTuple):
    """A place on the page, in points from below left."""

    x: float
    y: float
    width: float
    height: float


def pdf_of(draw: Callable[[Canvas], None], size: tuple[float, float], title: str, password: str = "") -> bytes:
    """A PDF; with a password nobody opens it without. The font is embedded, cut down to what the pages use."""
    use_font()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size, pageCompression=1)
    canvas.setTitle(title)
    draw(canvas)
    canvas.save()
    return _locked(target, password) if password else target.getvalue()


@cache
def use_font() -> None:
    """Loading it takes a tenth of a second, once per process."""
    rl_config.useA85 = 0  # streams as bytes: a fifth smaller than as text
    pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE)))


def write(canvas: Any, x: float, y: float, text: str, size: float, *, ink: Any = INK, room: float = 0) -> float:
    """Text from x on, smaller where it is wider than the room; how wide it came out."""
    size = fitting(text, size, room)
    canvas.setFillColor(ink)
    canvas.setFont(FONT, size)
    canvas.drawString(x, y, text)
    return width_of(text, size)


def write_right(canvas: Any, x: float, y: float, text: str, size: float, *, ink: Any = INK) -> None:
    canvas.setFillColor(ink)
    canvas.setFont(FONT, size)
    canvas.drawRightString(x, y, text)


def fitting(text: str, size: float, room: float) -> float:
    """The size at which the text is no wider than the room; 0 for any width."""
    width = width_of(text, size)
    return size * room / width if 0 < room < width else size


def width_of(text: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, FONT, size))


def _locked(plain: io.BytesIO, password: str) -> bytes:
    """pypdf encrypts by the cryptography library; reportlab's own AES is pure Python."""
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt(user_password=password, algorithm=_ALGORITHM)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
