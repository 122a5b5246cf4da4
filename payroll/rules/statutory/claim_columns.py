"""Special additional deductions of many people at once: the same as ``additional_deductions.month_deductions``, by
columns of claims.

A claim is one row: whose it is, its kind, the months [start, end) for which it is made, and what it depends on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from payroll.rules.statutory.additional_deductions import Deduction, DeductionLaw, RentTier

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NEVER = 1 << 40
ONLY_CHILD = -1
"""Stands for no agreement between brothers and sisters."""


class ClaimKind(IntEnum):
    CHILD = 0
    DEGREE = 1
    CERTIFICATE = 2
    MORTGAGE = 3
    RENT = 4
    ELDERLY = 5


_DEDUCTIONS = {
    ClaimKind.DEGREE: Deduction.DEGREE, ClaimKind.CERTIFICATE: Deduction.CERTIFICATE,
    ClaimKind.MORTGAGE: Deduction.MORTGAGE, ClaimKind.RENT: Deduction.RENT, ClaimKind.ELDERLY: Deduction.ELDERLY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimColumns:
    """One place per claim. places: whose. starts, ends, births: months since year 0 (12 x year + month - 1), ends
    NEVER for an open one. percents: 100 or 50. tiers: 1 to 3, 0 for none. agreed_fen: ONLY_CHILD for none.
    """

    places: Ints
    kinds: Ints
    starts: Ints
    ends: Ints
    births: Ints
    percents: Ints
    tiers: Ints
    agreed_fen: Ints


def month_number(year: int, month: int) -> int:
    """As ClaimColumns counts months."""
    return 12 * year + month - 1


def claimed_fen(claims: ClaimColumns, month: int, law: DeductionLaw, people: int) -> Ints:
    """The deductions of a month by place of the person. law: that of the month."""
    total: Ints = sum(claimed_by_deduction(claims, month, law, people).values(), np.zeros(people, dtype=np.int64))
    return total


def claimed_by_deduction(claims: ClaimColumns, month: int, law: DeductionLaw, people: int) -> dict[Deduction, Ints]:
    """The same for every kind of deduction. Children add up; of everything else a person has one amount, however many
    claims of the kind.
    """
    holds = (claims.starts <= month) & (month < claims.ends)
    at_school = month - claims.births >= 12 * law.school_age
    found = {}
    for kind, amounts in _by_kind(claims, month, law).items():
        for deduction, chosen in _chosen(kind, at_school):
            rows = (claims.kinds == kind) & holds & chosen
            found[deduction] = np.zeros(people, dtype=np.int64)
            together = np.add if kind is ClaimKind.CHILD else np.maximum
            together.at(found[deduction], claims.places[rows], amounts[rows])
    return found


def _chosen(kind: ClaimKind, at_school: Mask) -> Sequence[tuple[Deduction, Mask]]:
    """Which of the claims of a kind are which deduction."""
    if kind is ClaimKind.CHILD:
        return [(Deduction.INFANT_CARE, ~at_school), (Deduction.CHILD_EDUCATION, at_school)]
    return [(_DEDUCTIONS[kind], np.ones_like(at_school))]


def _by_kind(claims: ClaimColumns, month: int, law: DeductionLaw) -> Mapping[ClaimKind, Ints]:
    age, running = month - claims.births, month - claims.starts
    tiers = np.array([0, *(law.rent_fen[tier] for tier in RentTier)], dtype=np.int64)
    support = np.where(
        claims.agreed_fen == ONLY_CHILD, law.elderly_fen, np.minimum(claims.agreed_fen, law.elderly_share_limit_fen)
    )
    school = np.where(age >= 12 * law.school_age, law.child_education_fen, law.infant_care_fen)
    return {
        ClaimKind.CHILD: np.where(age >= 0, _part(school, claims.percents), 0),
        ClaimKind.DEGREE: np.where(running < law.degree_months, law.degree_fen, 0),
        ClaimKind.CERTIFICATE: np.where(running == 0, law.certificate_fen, 0),
        ClaimKind.MORTGAGE: np.where(
            running < law.mortgage_months, _part(np.full_like(age, law.mortgage_fen), claims.percents), 0
        ),
        ClaimKind.RENT: tiers[claims.tiers],
        ClaimKind.ELDERLY: np.where(age >= 12 * law.elderly_age, support, 0),
    }


def _part(fen: Ints, percents: Ints) -> Ints:
    """HALF_UP to the fen."""
    return (2 * fen * percents + 100) // 200
