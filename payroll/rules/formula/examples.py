"""The small world in which the examples of the functions hold, and how to run one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

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
