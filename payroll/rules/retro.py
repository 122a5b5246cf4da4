"""Which items of a payslip a later run carries differences of, and where they go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a difference does to the payslip that carries it. WITHHELD: lowers gross; DEDUCTION: taken after tax;
    RELIEF: lowers the taxable income of the year.
    """

    EARNING = "earning"
    WITHHELD = "withheld"
    CONTRIBUTION = "contribution"
    DEDUCTION = "deduction"
    EMPLOYER = "employer"
    RELIEF = "relief"


# Input of the carrying payslip → kinds that it adds up, with their sign.
CARRIED_BY: Mapping[str, Mapping[Kind, int]] = {
    "retro_earnings": {Kind.EARNING: 1, Kind.WITHHELD: -1},
    "retro_contributions": {Kind.CONTRIBUTION: 1},
    "retro_deductions": {Kind.DEDUCTION: 1},
    "retro_employer": {Kind.EMPLOYER: 1},
}
# Input or item that lowers the taxable income → the sum over the year that differences of it belong to.
RELIEFS = {
    "additional_deduction": "ytd_additional_deduction", "other_tax_deduction": "ytd_other_tax_deduction",
    "annuity_deductible": "ytd_annuity", "private_pension_deductible": "ytd_private_pension",
}  # fmt: skip
GROSS, CONTRIBUTIONS = "gross", "contributions_employee"

_REFERENCE = re.compile(r"\[@([a-z][a-z0-9_]*)\]")
_PLAIN_GROSS = re.compile(r'SUMITEMS\("earning"\)(\s*-\s*(\[@[a-z][a-z0-9_]*\]|SUMITEMS\("reduction"\)))*')
_PLAIN_SUM = re.compile(r"\[@[a-z][a-z0-9_]*\](\s*\+\s*\[@[a-z][a-z0-9_]*\])*")


def kinds_of(items: Sequence[Mapping[str, Any]]) -> dict[str, Kind]:
    """Code of an item → what its differences are. items: code, category and stored formula.

    Where gross or the sum of contributions is a formula of its own instead of a plain sum, it is carried as a whole,
    so that what the person gets always adds up.
    """
    formulas = {item["code"]: item["formula"].strip() for item in items}
    withheld = _parts(formulas.get(GROSS, ""))
    contributions = _parts(formulas.get(CONTRIBUTIONS, ""))
    found: dict[str, Kind] = {}
    for item in items:
        if item["category"] == "earning":
            found[item["code"]] = Kind.EARNING
        elif item["category"] == "employer":
            found[item["code"]] = Kind.EMPLOYER
        elif item["category"] == "reduction":
            found[item["code"]] = Kind.WITHHELD
        elif item["code"] in RELIEFS:
            found[item["code"]] = Kind.RELIEF
        elif item["category"] == "deduction":
            found[item["code"]] = _deduction(item["code"], withheld, contributions)
    if GROSS in formulas and not _PLAIN_GROSS.fullmatch(formulas[GROSS]):
        found = _as_a_whole(found, GROSS, Kind.EARNING, (Kind.EARNING, Kind.WITHHELD))
    if CONTRIBUTIONS in formulas and not is_plain_sum(formulas[CONTRIBUTIONS]):
        found = _as_a_whole(found, CONTRIBUTIONS, Kind.CONTRIBUTION, (Kind.CONTRIBUTION,))
    return found


def carries(formulas: Iterable[str]) -> bool:
    """Whether a set of stored formulas reads every kind of difference."""
    read = {code for formula in formulas for code in _parts(formula)}
    return read.issuperset(CARRIED_BY)


def is_plain_sum(formula: str) -> bool:
    """Whether a stored formula only adds items."""
    return _PLAIN_SUM.fullmatch(formula.strip()) is not None


def _parts(formula: str) -> set[str]:
    return set(_REFERENCE.findall(formula))


def _deduction(code: str, withheld: set[str], contributions: set[str]) -> Kind:
    if code in withheld:
        return Kind.WITHHELD
    return Kind.CONTRIBUTION if code in contributions else Kind.DEDUCTION


def _as_a_whole(found: dict[str, Kind], code: str, kind: Kind, parts: tuple[Kind, ...]) -> dict[str, Kind]:
    return {code: kind} | {one: its for one, its in found.items() if its not in parts}
