"""The columns of claims come to what the law's plain statement says for one person."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.additional_deductions import (
    Child,
    Claims,
    Elders,
    Mortgage,
    Rent,
    RentTier,
    Stretch,
    month_deductions,
)
from payroll.rules.statutory.claim_columns import (
    NEVER,
    ONLY_CHILD,
    ClaimColumns,
    ClaimKind,
    claimed_by_deduction,
    claimed_fen,
    month_number,
)

MONTHS = [date(year, month, 1) for year in (2022, 2024, 2026) for month in (1, 6, 12)]
days = st.dates(date(1950, 1, 1), date(2026, 12, 31))
firsts = st.integers(month_number(2005, 1), month_number(2026, 12))
Row = tuple[ClaimKind, int, int, int, int, int, int]
rows = st.one_of(
    st.tuples(st.just(ClaimKind.CHILD), firsts, st.sampled_from([100, 50])),
    st.tuples(st.just(ClaimKind.ELDERLY), firsts, st.sampled_from([ONLY_CHILD, 100_000, 180_000])),
    st.tuples(st.sampled_from([ClaimKind.DEGREE, ClaimKind.CERTIFICATE]), firsts, st.just(0)),
    st.tuples(st.just(ClaimKind.MORTGAGE), firsts, st.sampled_from([100, 50])),
    st.tuples(st.just(ClaimKind.RENT), firsts, st.sampled_from([1, 2, 3])),
)


def first_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def columns(people: list[list[tuple[ClaimKind, int, int]]], births: list[date]) -> ClaimColumns:
    """One claim of each kind at most per person; a child's and parents' claim is made from long ago."""
    claims = [(at, *row) for at, person in enumerate(people) for row in person]
    born = (ClaimKind.CHILD, ClaimKind.ELDERLY)
    table = [
        (
            at, kind, 0 if kind in born else start, NEVER,
            month_number(births[at].year, births[at].month) if kind in born else 0,
            extra if kind in (ClaimKind.CHILD, ClaimKind.MORTGAGE) else 100,
            extra if kind is ClaimKind.RENT else 0, extra if kind is ClaimKind.ELDERLY else ONLY_CHILD,
        )
        for at, kind, start, extra in claims
    ]  # fmt: skip
    return ClaimColumns(*np.array(table, np.int64).reshape(len(table), 8).T)


def plainly(person: list[tuple[ClaimKind, int, int]], birth: date) -> Claims:
    by = {kind: (first_of(start), extra) for kind, start, extra in person}

    def stretch(kind: ClaimKind) -> Stretch:
        return Stretch(by[kind][0])

    return Claims(
        children=(Child(birth, Fraction(by[ClaimKind.CHILD][1], 100)),) if ClaimKind.CHILD in by else (),
        degrees=(stretch(ClaimKind.DEGREE),) if ClaimKind.DEGREE in by else (),
        certificates=(by[ClaimKind.CERTIFICATE][0],) if ClaimKind.CERTIFICATE in by else (),
        mortgage=Mortgage(stretch(ClaimKind.MORTGAGE), Fraction(by[ClaimKind.MORTGAGE][1], 100))
        if ClaimKind.MORTGAGE in by
        else None,
        rents=(Rent(stretch(ClaimKind.RENT), list(RentTier)[by[ClaimKind.RENT][1] - 1]),)
        if ClaimKind.RENT in by
        else (),
        elders=Elders(birth, None if by[ClaimKind.ELDERLY][1] == ONLY_CHILD else by[ClaimKind.ELDERLY][1])
        if ClaimKind.ELDERLY in by
        else None,
    )


people = st.lists(st.lists(rows, max_size=4, unique_by=lambda row: row[0]), min_size=1, max_size=5).filter(
    lambda found: all(not {ClaimKind.RENT, ClaimKind.MORTGAGE} <= {row[0] for row in person} for person in found)
)


@settings(max_examples=200, deadline=None)
@given(people, st.lists(days, min_size=5, max_size=5), st.sampled_from(MONTHS))
def test_every_person_gets_what_the_law_says(
    found: list[list[tuple[ClaimKind, int, int]]], births: list[date], month: date
) -> None:
    law = income_tax(month).additional_deductions
    asked = (columns(found, births), month_number(month.year, month.month), law, len(found))
    expected = [
        month_deductions(plainly(person, birth), month, law) for person, birth in zip(found, births, strict=False)
    ]
    by_kind = claimed_by_deduction(*asked)
    assert [{kind: int(column[at]) for kind, column in by_kind.items()} for at in range(len(found))] == expected
    assert claimed_fen(*asked).tolist() == [sum(one.values()) for one in expected]


@pytest.mark.parametrize(("month", "fen"), [(date(2026, 2, 1), 0), (date(2026, 3, 1), 150_000), (date(2026, 6, 1), 0)])
def test_a_claim_holds_from_its_first_month_until_the_one_that_ends_it(month: date, fen: int) -> None:
    start, end = month_number(2026, 3), month_number(2026, 6)
    one = ClaimColumns(*np.array([[0], [ClaimKind.RENT], [start], [end], [0], [100], [1], [ONLY_CHILD]], np.int64))
    law = income_tax(month).additional_deductions
    assert claimed_fen(one, month_number(month.year, month.month), law, 1).tolist() == [fen]
