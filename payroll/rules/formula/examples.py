"""The small world in which the examples of the functions hold, and how to run one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from .civil import day_number
from .compiler import compile_set
from .errors import FormulaSetError
from .explain import PersonValue, calculate
from .functions import Example
from .tables import Column, Edge, Key, Row, Table, TableKind
from .types import Input, Item, Type

ITEMS = (
    Item("津贴", "津贴", "20", category="应发"),
    Item("底薪", "底薪", "10", category="应发"),
)


def _brackets(name: str, *rows: tuple[int, int, int]) -> Table:
    """Rows of lower end in yuan, rate in percent, quick deduction in yuan."""
    cells = tuple(Row((rate, quick * 100), lower=lower * 100) for lower, rate, quick in rows)
    return Table(name, TableKind.BRACKET, (Column("税率", 2), Column("速算扣除数", 2)), cells)


def _days(*exceptions: str) -> tuple[Row, ...]:
    """Days with 1 for a working day and 0 for a day off."""
    parts = (text.split() for text in exceptions)
    return tuple(Row((int(works),), lower=day_number(date.fromisoformat(day))) for day, works in parts)


TABLES = (
    _brackets("年税率", (0, 3, 0), (36000, 10, 2520), (144000, 20, 16920), (300000, 25, 31920),
              (420000, 30, 52920), (660000, 35, 85920), (960000, 45, 181920)),
    _brackets("月税率", (0, 3, 0), (3000, 10, 210), (12000, 20, 1410), (25000, 25, 2660),
              (35000, 30, 4410), (55000, 35, 7160), (80000, 45, 15160)),
    _brackets("劳务预扣率", (0, 20, 0), (20000, 30, 2000), (50000, 40, 7000)),
    Table("起征点", TableKind.CONSTANT, (Column("金额"),), (Row((500000,)),)),
    Table("社保基数", TableKind.LOOKUP, (Column("下限"), Column("上限")),
          (Row((738400, 3692100), ("上海",)), Row((682100, 3534800), ("北京",))), keys=(Key("城市"),)),
    Table("提成比例", TableKind.STEP, (Column("比例", 4),),
          (Row((100,), lower=0), Row((300,), lower=5000000)), edge=Edge.LOWER),
    Table("高温津贴", TableKind.CONSTANT, (Column("金额"),), (Row((30000,)),), effective=day_number(date(2026, 6, 1)),
          earlier=(Table("高温津贴", TableKind.CONSTANT, (Column("金额"),), (Row((18000,)),),
                         effective=day_number(date(2025, 6, 1))),)),
    Table("职级补贴", TableKind.STEP, (Column("金额"),),
          (Row((20000,), ("P5",), 0), Row((30000,), ("P5",), 300),
           Row((50000,), ("P6",), 0), Row((80000,), ("P6",), 300)), keys=(Key("职级"),), edge=Edge.LOWER),
    Table("分城提成", TableKind.TIER, (Column("比例", 2),),
          (Row((1,), ("上海",), 0), Row((3,), ("上海",), 1000000), Row((2,), ("北京",), 0)), keys=(Key("城市"),)),
    Table("法定日历", TableKind.CALENDAR, (Column("上班", 0),), _days(
        "2026-01-01 0", "2026-01-02 0", "2026-01-04 1", "2026-02-14 1", "2026-02-16 0", "2026-02-17 0",
        "2026-02-18 0", "2026-02-19 0", "2026-02-20 0", "2026-02-23 0", "2026-02-28 1", "2026-04-06 0",
        "2026-05-01 0", "2026-05-04 0", "2026-05-05 0", "2026-05-09 1", "2026-06-19 0"), edge_scale=0),
    Table("阶梯提成", TableKind.TIER, (Column("比例", 2),),
          (Row((2,), lower=0), Row((4,), lower=1000000), Row((6,), lower=2000000))),
)  # fmt: skip


def run_example(example: Example) -> str:
    """The result as documented: a decimal without trailing zeros (2 decimals kept), or an error code."""
    named = {name: value for name, value in example.inputs.items() if ":" not in name}
    inputs = [_input(name, value) for name, value in named.items()]
    item = Item("示例", "示例", example.formula, category="示例")
    try:
        compiled = compile_set([item, *ITEMS], inputs, TABLES)
    except FormulaSetError as refused:
        return refused.errors[0].code
    scales = {entry.key: entry.scale for entry in compiled.inputs}
    person = {key: _person_value(value, scales[key]) for key, value in example.inputs.items()}
    outcome = calculate(compiled, person)[0]
    return outcome.error.code if outcome.error else _plain(Fraction(outcome.amount or 0, 100))


def _input(name: str, value: str | bool | None) -> Input:
    if isinstance(value, bool):
        return Input(name, Type.BOOL)
    if value is None or _decimal(value) is not None:
        return Input(name)
    return Input(name, Type.DATE if _date(value) else Type.TEXT)


def _person_value(value: str | bool | None, scale: int) -> PersonValue:
    if value is None or isinstance(value, bool):
        return value
    number = _decimal(value)
    return int(number.scaleb(scale)) if number is not None else _date(value) or value


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _plain(value: Fraction) -> str:
    text = f"{Decimal(value.numerator) / value.denominator:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
