"""Builds typed nodes at one place of a formula; constants are computed while building."""

from __future__ import annotations

from fractions import Fraction

from . import oracle, plan
from .errors import FormulaError, RowCode
from .plan import Const, Node, Span
from .tables import Table
from .types import TYPE_NAMES, Rounding, Type

NUMBER, BOOL = Type.NUMBER, Type.BOOL


def expect(node: Node, wanted: Type) -> Node:
    """``node`` if it is of the wanted type. Raises FormulaError TYPE at its position."""
    if node.type is not wanted:
        (want_zh, want_en), (got_zh, got_en) = TYPE_NAMES[wanted], TYPE_NAMES[node.type]
        raise FormulaError(
            "TYPE", node.at.pos, zh=f"需要{want_zh}，得到{got_zh}", en=f"expected {want_en}, got {got_en}"
        )
    return node


class Maker:
    """Every node it makes stands at ``at``; operands must have been type-checked."""

    def __init__(self, at: Span) -> None:
        self.at = at

    def const(self, value: Fraction | int) -> Node:
        return Const(self.at, NUMBER, Fraction(value))

    def arith(self, op: str, left: Node, right: Node) -> Node:
        return _folded(plan.Arith(self.at, NUMBER, op, *_spread(left, right)), left, right)

    def add(self, left: Node, right: Node) -> Node:
        return self.arith("+", left, right)

    def sub(self, left: Node, right: Node) -> Node:
        return self.arith("-", left, right)

    def mul(self, left: Node, right: Node) -> Node:
        return self.arith("*", left, right)

    def div(self, left: Node, right: Node) -> Node:
        return self.arith("/", left, right)

    def total(self, terms: list[Node]) -> Node:
        """The sum of the terms, 0 of none; a balanced tree, since a category may have 300 items."""
        if not terms:
            return self.const(0)
        if len(terms) == 1:
            return terms[0]
        half = (len(terms) + 1) // 2
        return self.add(self.total(terms[:half]), self.total(terms[half:]))

    def largest(self, left: Node, right: Node) -> Node:
        return _folded(plan.Extreme(self.at, NUMBER, True, left, right), left, right)

    def smallest(self, left: Node, right: Node) -> Node:
        return _folded(plan.Extreme(self.at, NUMBER, False, left, right), left, right)

    def absolute(self, operand: Node) -> Node:
        return _folded(plan.Abs(self.at, NUMBER, operand), operand)

    def round(self, mode: Rounding, digits: int, operand: Node) -> Node:
        return _folded(plan.Round(self.at, NUMBER, mode, digits, operand), operand)

    def multiple(self, mode: Rounding, operand: Node, step: Node) -> Node:
        """The multiple of ``step`` that ``mode`` chooses."""
        return self.mul(self.round(mode, 0, self.div(operand, step)), step)

    def compare(self, op: str, left: Node, right: Node) -> Node:
        return _folded(plan.Compare(self.at, BOOL, op, left, right), left, right)

    def negation(self, operand: Node) -> Node:
        return _folded(plan.Not(self.at, BOOL, operand), operand)

    def both(self, left: Node, right: Node) -> Node:
        if isinstance(left, Const):
            return right if left.value else left
        return plan.Both(self.at, BOOL, left, right)

    def either(self, left: Node, right: Node) -> Node:
        if isinstance(left, Const):
            return left if left.value else right
        return plan.Either(self.at, BOOL, left, right)

    def if_(self, condition: Node, then: Node, other: Node) -> Node:
        if isinstance(condition, Const):
            return then if condition.value else other
        return plan.If(self.at, then.type, condition, then, other)

    def catch(self, operand: Node, fallback: Node, code: RowCode | None) -> Node:
        if isinstance(operand, Const):
            return operand
        return plan.Catch(self.at, operand.type, operand, fallback, code)

    def fail(self, code: RowCode, kind: Type) -> Node:
        return plan.Fail(self.at, kind, code)

    def segment(self, table: Table, column: int, operand: Node, keys: tuple[Node, ...] = ()) -> Node:
        node = plan.Segment(self.at, NUMBER, table, column, _spread(operand, *keys)[0], keys)
        return _folded(node, operand, *keys)

    def pick(self, table: Table, column: int, keys: tuple[Node, ...]) -> Node:
        return _folded(plan.Pick(self.at, NUMBER, table, column, keys), *keys)

    def date_part(self, part: str, operand: Node) -> Node:
        return _folded(plan.DatePart(self.at, NUMBER, part, operand), operand)

    def shift(self, operand: Node, months: Node, to_first: bool = False) -> Node:
        return _folded(plan.Shift(self.at, Type.DATE, operand, months, to_first), operand, months)

    def worked(self, table: Table, start: Node, end: Node) -> Node:
        return _folded(plan.Worked(self.at, NUMBER, table, start, end), start, end)

    def elapsed(self, unit: str, start: Node, end: Node) -> Node:
        return _folded(plan.Elapsed(self.at, NUMBER, unit, start, end), start, end)


def _spread(*operands: Node) -> tuple[Node, ...]:
    """Constants as columns, where all are: what remains of them after folding is a failure."""
    if not all(isinstance(operand, Const) for operand in operands):
        return operands
    return tuple(
        plan.Spread(operand.at, operand.type, operand) if isinstance(operand, Const) else operand
        for operand in operands
    )


def _folded(node: Node, *operands: Node) -> Node:
    """The value of an operation on constants; the operation itself where it fails, for its rows to say."""
    if not all(isinstance(operand, Const) for operand in operands):
        return node
    try:
        return Const(node.at, node.type, oracle.evaluate(node, oracle.Scope()))
    except oracle.RowFault:
        return node
