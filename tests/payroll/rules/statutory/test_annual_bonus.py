"""An annual bonus is taxed apart or with the year, and the zones where more leaves less are known."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.annual_bonus import (
    BonusMethod,
    bonus_choice,
    bonus_tax,
    net_bonus_fen,
    trap_of,
    trap_zones,
)
from payroll.rules.statutory.brackets import tax_on
from payroll.rules.statutory.errors import StatutoryError
from tests.payroll.rules.statutory.oracle import LAW, slices, whole

assert LAW.bonus is not None
MONTHLY = LAW.bonus
BONUS = st.integers(min_value=0, max_value=300_000_000)
TAXABLE = st.integers(min_value=-10_000_000, max_value=300_000_000)


@given(BONUS)
def test_the_tax_is_that_of_a_twelfth_twelve_times_less_eleven_quick_deductions_too_few(bonus: int) -> None:
    found = bonus_tax(bonus, MONTHLY)
    by_slices = 12 * slices(Fraction(bonus, 12), MONTHLY) + 11 * found.quick_deduction_fen
    assert found.tax_fen == whole(by_slices)


# Losses as published by a public salary calculator: one yuan above each edge.
@pytest.mark.parametrize(
    ("edge", "loss"),
    [(36_000, 230_910), (144_000, 1_319_920), (300_000, 1_374_925), (420_000, 1_924_930), (660_000, 3_024_935),
     (960_000, 8_799_945)],
)  # fmt: skip
def test_a_yuan_above_an_edge_leaves_less(edge: int, loss: int) -> None:
    assert net_bonus_fen(edge * 100, MONTHLY) - net_bonus_fen(edge * 100 + 100, MONTHLY) == loss


def test_the_trap_zones_are_the_six_that_are_known() -> None:
    zones = [(zone.edge_fen // 100, zone.until_fen / 100) for zone in trap_zones(MONTHLY)]
    known = [(36_000, 38_566.67), (144_000, 160_500), (300_000, 318_333.33), (420_000, 447_500), (660_000, 706_538.46),
             (960_000, 1_120_000)]  # fmt: skip
    assert [edge for edge, _ in zones] == [edge for edge, _ in known]
    assert all(abs(until - expected) <= 0.01 for (_, until), (_, expected) in zip(zones, known, strict=True))


@given(BONUS)
def test_a_bonus_is_in_a_trap_exactly_when_a_smaller_one_leaves_more(bonus: int) -> None:
    smaller = [zone.edge_fen for zone in trap_zones(MONTHLY) if zone.edge_fen < bonus]
    leaves_more = any(net_bonus_fen(edge, MONTHLY) > net_bonus_fen(bonus, MONTHLY) for edge in smaller)
    assert (trap_of(bonus, MONTHLY) is not None) == leaves_more


def test_the_ends_of_every_trap_are_exact_to_the_fen() -> None:
    for zone in trap_zones(MONTHLY):
        at_edge = net_bonus_fen(zone.edge_fen, MONTHLY)
        assert net_bonus_fen(zone.until_fen, MONTHLY) >= at_edge > net_bonus_fen(zone.until_fen - 1, MONTHLY)
        assert trap_of(zone.edge_fen, MONTHLY) is None
        assert trap_of(zone.edge_fen + 1, MONTHLY) == trap_of(zone.until_fen - 1, MONTHLY) == zone
        assert trap_of(zone.until_fen, MONTHLY) is None


@given(TAXABLE, BONUS)
def test_the_cheaper_method_is_the_one_with_less_tax(taxable: int, bonus: int) -> None:
    choice = bonus_choice(taxable_fen=taxable, bonus_fen=bonus, annual=LAW.annual, monthly=MONTHLY)
    separate = tax_on(taxable, LAW.annual) + bonus_tax(bonus, MONTHLY).tax_fen
    combined = tax_on(taxable + bonus, LAW.annual)
    paid = separate if choice.cheaper is BonusMethod.SEPARATE else combined
    assert (choice.separate_fen, choice.combined_fen) == (separate, combined)
    assert paid == min(separate, combined)
    assert choice.saving_fen == max(separate, combined) - paid


def test_deductions_that_wages_leave_over_make_the_combined_method_cheaper() -> None:
    choice = bonus_choice(taxable_fen=-2_000_000, bonus_fen=3_600_000, annual=LAW.annual, monthly=MONTHLY)
    assert (choice.combined_fen, choice.separate_fen, choice.cheaper) == (48_000, 108_000, BonusMethod.COMBINED)


def test_a_high_income_is_better_off_with_the_bonus_apart() -> None:
    choice = bonus_choice(taxable_fen=12_600_000, bonus_fen=3_600_000, annual=LAW.annual, monthly=MONTHLY)
    assert (choice.separate_fen, choice.combined_fen) == (1_116_000, 1_548_000)
    assert (choice.cheaper, choice.saving_fen) == (BonusMethod.SEPARATE, 432_000)


def test_from_2028_on_there_is_only_the_combined_method() -> None:
    assert income_tax(date(2027, 12, 31)).bonus is not None
    assert income_tax(date(2028, 1, 1)).bonus is None
    choice = bonus_choice(taxable_fen=0, bonus_fen=3_600_000, annual=LAW.annual, monthly=None)
    assert (choice.cheaper, choice.separate_fen, choice.saving_fen) == (BonusMethod.COMBINED, None, 0)


def test_a_negative_bonus_is_refused() -> None:
    with pytest.raises(StatutoryError) as refused:
        bonus_tax(-1, MONTHLY)
    assert (refused.value.code, refused.value.field) == ("payroll.income_tax.negative_amount", "bonus_fen")
