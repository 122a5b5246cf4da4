"""Items of a payslip that are no numbers: how they are kept in an array of integers, and read again.

A condition is 0 or 1, a date its days since 1970-01-01. A text is a code: n from 1 on is the n-th of the texts that the
item's formulas can name, which the formula set keeps beside the item (``texts``); -n is the n-th text input of the same
payslip, for formulas that hand on what came in. So a text adds nothing to a payslip, and nothing else has to be hashed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from payroll.rules.formula import TextColumn, Type
from payroll.rules.formula.civil import as_date

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Entry = Mapping[str, Any]

CONDITIONS = {"zh": ("否", "是"), "en": ("No", "Yes")}


def kind_of(item: Entry) -> str:
    """The type of an item of a formula set; those of numbers do not say it."""
    kind: str = item.get("type", Type.NUMBER.value)
    return kind


def text_codes(column: TextColumn, written: Sequence[str], inputs: Sequence[tuple[TextColumn, Mask]]) -> Ints:
    """The code of each person's text; 0 where it is neither written in a formula nor an input.

    inputs: the payslips' text inputs in order, and where they are missing.
    """
    places = {text: at for at, text in enumerate(written, 1)}
    codes: Ints = np.array([places.get(word, 0) for word in column.vocabulary], dtype=np.int64)[column.codes]
    known = {word: code for code, word in enumerate(column.vocabulary)}
    for at, (given, missing) in enumerate(inputs, 1):
        theirs = np.array([known.get(word, -1) for word in given.vocabulary], dtype=np.int64)[given.codes]
        codes = np.where((codes == 0) & ~missing & (theirs == column.codes), -at, codes)
    return codes


def text_of(item: Entry, code: int, texts: Sequence[str | None]) -> str:
    """What a code stands for. texts: the text inputs of the payslip."""
    if code > 0:
        return str(item["texts"][code - 1])
    return texts[-code - 1] or ""


def value_of(item: Entry, amount: int | None, texts: Sequence[str | None]) -> str | None:
    """A value as data: a decimal text, true or false, YYYY-MM-DD, or the text; None where it failed."""
    if amount is None:
        return None
    kind = kind_of(item)
    if kind == Type.BOOL:
        return "true" if amount else "false"
    if kind == Type.DATE:
        return as_date(amount).isoformat()
    if kind == Type.TEXT:
        return text_of(item, amount, texts)
    return str(Decimal(amount).scaleb(-item["scale"]))


def shown_value(item: Entry, amount: int | None, texts: Sequence[str | None], language: str) -> str | None:
    """The same for people: conditions are yes and no in "zh" or "en"."""
    if amount is not None and kind_of(item) == Type.BOOL:
        return CONDITIONS[language][amount]
    return value_of(item, amount, texts)
