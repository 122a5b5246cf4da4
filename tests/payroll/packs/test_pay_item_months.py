"""Any month is paid: no pack divides by zero, pays a negative item, or makes the two engines differ."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from payroll.packs.pay_items import INDUSTRIES, Category, InputEntry, pay_item_pack
from payroll.rules.formula import HistoryInput, TextColumn, Type, audit, run

ON = date(2026, 10, 31)
PEOPLE = 200
AUDITED = range(0, PEOPLE, 10)
DAYS = ("due_days", "attended_days", "paid_days")


def months(entry: InputEntry, random: np.random.Generator) -> npt.NDArray[np.int64] | npt.NDArray[np.bool_]:
    """PEOPLE values, a third of them 0: money up to 30,000, factors up to 2, counts and hours up to 300."""
    if entry.type is Type.BOOL:
        return random.random(PEOPLE) < 1 / 2
    most = {"元": 30_000, "小数": 1, "系数": 2, "分钟": 15_000}.get(entry.unit.zh, 300)
    values = random.integers(0, most * 10**entry.scale + 1, PEOPLE)
    return np.where(random.random(PEOPLE) < 1 / 3, 0, values)


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_every_month_is_paid_without_error_and_without_negative_items(industry: str) -> None:
    pack, random = pay_item_pack(industry), np.random.default_rng(20261122)
    formulas = pack.compile(ON)
    columns = {entry.key: months(entry, random) for entry in pack.inputs}
    columns |= {entry.key: np.zeros(PEOPLE, np.int64) for entry in formulas.inputs if isinstance(entry, HistoryInput)}
    columns |= {key: random.integers(1, 2_700, PEOPLE) for key in DAYS}
    columns |= {"insured_city": TextColumn(np.zeros(PEOPLE, np.int64), ("上海",))}
    missing = {key: np.zeros(PEOPLE, np.bool_) for key in columns}
    result = run(formulas, columns, missing, PEOPLE)
    assert not result.failed.any()
    paid = {item.key: result.amounts[:, formulas.position(item.key)] for item in pack.items}
    of_pay = [
        item.key for item in pack.items if item.category in (Category.EARNING, Category.REDUCTION, Category.DEDUCTION)
    ]
    assert [key for key in of_pay if (paid[key] < 0).any()] == []
    assert (paid["gross"] >= 0).all()
    assert audit(formulas, columns, missing, result, AUDITED) == []
