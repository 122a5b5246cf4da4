"""A row of a statutory table names its place in the law and the day it holds from."""

from datetime import date
from typing import Any

import pytest

from payroll.queries.table_references import row_reference

ON = date(2026, 10, 31)


def entry(name: str, *keys: str) -> dict[str, Any]:
    return {
        "name": name,
        "keys": [(f"键{at}", "text") for at in range(len(keys))],
        "columns": [("值", 2)],
        "edge_scale": 2,
        "rows": [([100], list(keys), None)],
    }


@pytest.mark.parametrize(
    ("table", "since", "reference"),
    [
        (entry("综合所得年税率"), "2019-01-01", "个人所得税法"),
        (entry("劳务报酬参数"), "2019-01-01", "2018年第61号"),
        (entry("累计预扣劳务", "平台从业人员"), "2025-10-01", "2025年第16号"),
        (entry("离职补偿免税额", "上海"), "2026-07-01", "2026-08-18"),
        (entry("离职补偿免税额", "北京"), "2026-07-01", ""),
        (entry("最低工资", "上海"), "2025-07-01", "最低工资规定"),
    ],
)
def test_income_tax_rows_say_where_they_come_from(table: dict[str, Any], since: str, reference: str) -> None:
    found = row_reference(table, 0, ON)
    assert found["since"] == since
    assert found["reference"]
    assert reference in found["reference"]
