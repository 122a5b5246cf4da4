"""From the parsed tree to typed nodes: names, functions and types of one formula."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction

from . import ast
from .errors import FormulaError
from .functions import FUNCTIONS, find
from .functions.registry import Function
from .maker import Maker, expect
from .plan import Const, Node, Ref, Source, Span
from .tables import Table, TableKind, dated, version_numbers
from .tokens import normal_name
from .types import TYPE_NAMES, History, HistoryInput, Input, Item, Type

COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
SUGGESTIONS_PER_SET = 10
MOST_DIGITS = 8
MOST_PERIODS = 36
LONGEST_SUGGESTED = 60


@dataclass(slots=True)
class Scope:
    """All names of a set. ``inputs`` grows by the history that formulas ask for."""

    items: tuple[Item, ...]
    inputs: list[Input | HistoryInput]
    tables: dict[str, Table]
    names: dict[str, tuple[Source, int]]
    categories: frozenset[str] = frozenset()
    sites: list[Site] = field(default_factory=list)
    suggested: int = 0

    def suggest(self, word: str, words: Iterable[str]) -> tuple[str, ...]:
        """Near names; only for the first mistakes of a set, since the search is slow."""
        self.suggested += 1
        if self.suggested > SUGGESTIONS_PER_SET or len(word) > LONGEST_SUGGESTED:
            return ()
        near = get_close_matches(word, [one for one in words if len(one) <= LONGEST_SUGGESTED], n=3, cutoff=0.5)
        return tuple(near)

    def history(self, entry: HistoryInput) -> int:
        if entry not in self.inputs:
            self.inputs.append(entry)
        return self.inputs.index(entry)


@dataclass(frozen=True, slots=True)
class Site:
    """A place in a formula: the item's index and character positions."""

    item: int
    pos: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK: the condition that should hold, and what to say where it does not."""

    condition: Node
    text: str


@dataclass(slots=True)
class CheckedItem:
    """A formula with its nodes; ``uses`` are the items it reads, each with the position of the reference."""

    root: Node
    checks: list[Check]
    uses: dict[int, int]


def check_item(scope: Scope, index: int, tree: ast.Expr) -> CheckedItem:
    """The typed nodes of item ``index``. Raises FormulaError."""
    checker = _Checker(scope, index)
    checker.outermost = tree
    root = expect(checker.node(tree), scope.items[index].type)
    return CheckedItem(root, checker.checks, checker.uses)


class _Checker:
    def __init__(self, scope: Scope, index: int) -> None:
        self.scope, self.index = scope, index
        self.checks: list[Check] = []
        self.uses: dict[int, int] = {}
        self.totals: dict[tuple[str, ...], Node] = {}
        self.outermost: ast.Expr | None = None

    @property
    def item_name(self) -> str:
        return self.scope.items[self.index].name

    def span(self, expr: ast.Expr) -> Span:
        self.scope.sites.append(Site(self.index, expr.pos, expr.start, expr.end))
        return Span(len(self.scope.sites) - 1, expr.pos, expr.start, expr.end)

    def node(self, expr: ast.Expr) -> Node:
        match expr:
            case ast.Literal():
                return self.literal(expr)
            case ast.Name():
                return self.name(expr)
            case ast.Unary():
                return self.unary(expr)
            case ast.Binary():
                return self.binary(expr)
        assert isinstance(expr, ast.Call)
        return self.call(expr)

    def literal(self, expr: ast.Literal) -> Node:
        kinds = {bool: Type.BOOL, str: Type.TEXT, Fraction: Type.NUMBER}
        return Const(self.span(expr), kinds[type(expr.value)], expr.value)

    def name(self, expr: ast.Name) -> Node:
        found = self.scope.names.get(expr.name)
        if found is None:
            raise self.unknown(expr.name, expr.pos, (n for n in self.scope.names if n[0] != "@"))
        source, index = found
        if source is Source.ITEM:
            return self.item_ref(self.span(expr), index)
        return self.input_ref(self.span(expr), index)

    def unknown(self, word: str, pos: int, words: Iterable[str]) -> FormulaError:
        near = self.scope.suggest(word, words)
        return FormulaError("UNKNOWN_NAME", pos, what=word, item=self.item_name, suggestions=near)

    def item_ref(self, span: Span, index: int) -> Node:
        self.uses.setdefault(index, span.pos)
        return Ref(span, self.scope.items[index].type, Source.ITEM, index)

    def forget(self, index: int, pos: int) -> None:
        """Take back the use of an item at ``pos``: its history is wanted, not its value."""
        if self.uses.get(index) == pos:
            del self.uses[index]

    def input_ref(self, span: Span, index: int) -> Node:
        entry = self.scope.inputs[index]
        kind = entry.type if isinstance(entry, Input) else Type.NUMBER
        found = Ref(span, kind, Source.INPUT, index)
        if not isinstance(entry, Input) or not entry.per:
            return found
        _source, divisor = self.scope.names[f"@{entry.per}"]
        return Maker(span).div(found, Ref(span, Type.NUMBER, Source.INPUT, divisor))

    def unary(self, expr: ast.Unary) -> Node:
        operand, make = self.node(expr.operand), Maker(self.span(expr))
        if expr.op == "NOT":
            return make.negation(expect(operand, Type.BOOL))
        expect(operand, Type.NUMBER)
        return operand if expr.op == "+" else make.sub(make.const(0), operand)

    def binary(self, expr: ast.Binary) -> Node:
        left, right, make = self.node(expr.left), self.node(expr.right), Maker(self.span(expr))
        if expr.op in COMPARISONS:
            _comparable(expr, left, right)
            return make.compare(expr.op, left, right)
        wanted = Type.BOOL if expr.op in ("AND", "OR") else Type.NUMBER
        for side in (left, right):
            if side.type is not wanted:
                raise _operand(expr, wanted, side.type)
        if expr.op == "AND":
            return make.both(left, right)
        return make.either(left, right) if expr.op == "OR" else make.arith(expr.op, left, right)

    def call(self, expr: ast.Call) -> Node:
        entry = find(expr.function)
        if entry is None:
            near = self.scope.suggest(expr.function, FUNCTIONS)
            raise FormulaError("UNKNOWN_FUNC", expr.pos, what=expr.function, suggestions=near)
        if not entry.least <= len(expr.args) <= entry.most:
            raise _wrong_count(expr, entry)
        outermost = self.outermost
        if expr is not outermost:
            self.outermost = None
        elif entry.name == "CHECK":
            self.outermost = expr.args[0]
        args = tuple(self.node(arg) for arg in expr.args)
        return entry.build(CallSite(self, expr, args, expr is outermost))


def _wrong_count(expr: ast.Call, entry: Function) -> FormulaError:
    zh, en = f"写法为 {entry.signature}", f"write {entry.signature}"
    return FormulaError("BAD_ARGS", expr.pos, what=expr.function, zh=zh, en=en)


def _operand(expr: ast.Binary, wanted: Type, got: Type) -> FormulaError:
    (want_zh, want_en), (got_zh, got_en) = TYPE_NAMES[wanted], TYPE_NAMES[got]
    return FormulaError(
        "TYPE", expr.pos, zh=f"“{expr.op}” 需要{want_zh}，得到{got_zh}", en=f"{expr.op!r} needs {want_en}, got {got_en}"
    )


def _comparable(expr: ast.Binary, left: Node, right: Node) -> None:
    if left.type is not right.type:
        raise _operand(expr, left.type, right.type)
    if left.type in (Type.TEXT, Type.BOOL) and expr.op not in ("=", "<>"):
        zh, en = TYPE_NAMES[left.type]
        raise FormulaError("TYPE", expr.pos, zh=f"{zh}只能用 = 和 <>", en=f"{en} has only = and <>")


class CallSite:
    """A call while it is built: its arguments by position, checked on demand. All methods raise
    FormulaError at the argument."""

    def __init__(self, checker: _Checker, expr: ast.Call, args: tuple[Node, ...], outermost: bool) -> None:
        self.checker, self.expr, self.args, self.outermost = checker, expr, args, outermost
        self.make = Maker(checker.span(expr))

    @property
    def count(self) -> int:
        return len(self.args)

    def bad(self, zh: str, en: str) -> FormulaError:
        return FormulaError("BAD_ARGS", self.expr.pos, what=self.expr.function, zh=zh, en=en)

    def typed(self, index: int, wanted: Type) -> Node:
        return expect(self.args[index], wanted)

    def number(self, index: int) -> Node:
        return self.typed(index, Type.NUMBER)

    def numbers(self) -> list[Node]:
        return [self.number(index) for index in range(self.count)]

    def condition(self, index: int) -> Node:
        return self.typed(index, Type.BOOL)

    def same_type(self, *indices: int) -> list[Node]:
        return [self.typed(index, self.args[indices[0]].type) for index in indices]

    def ordered(self, *indices: int) -> list[Node]:
        """Arguments of one type that has an order: numbers or dates."""
        wanted = Type.DATE if self.args[indices[0]].type is Type.DATE else Type.NUMBER
        return [self.typed(index, wanted) for index in indices]

    def text(self, index: int) -> str:
        """A text written in the formula."""
        arg = self.typed(index, Type.TEXT)
        if not isinstance(arg, Const) or not isinstance(arg.value, str):
            raise self.bad(f"第 {index + 1} 个参数须直接写文本", f"argument {index + 1} must be a literal text")
        return arg.value

    def whole(self, index: int) -> int:
        """A whole number written in the formula."""
        arg = self.number(index)
        if not isinstance(arg, Const) or not isinstance(arg.value, Fraction) or arg.value.denominator != 1:
            zh, en = f"第 {index + 1} 个参数须直接写整数", f"argument {index + 1} must be a literal whole number"
            raise self.bad(zh, en)
        return int(arg.value)

    def digits(self, index: int) -> int:
        if index >= self.count:
            return 0
        digits = self.whole(index)
        if abs(digits) > MOST_DIGITS:
            raise self.bad("小数位须在 -8 到 8 之间", "digits must be between -8 and 8")
        return digits

    def category_total(self) -> Node:
        """The total of the categories that the arguments name; built once per formula."""
        totals = self.checker.totals
        names = tuple(self.text(index) for index in range(self.count))
        if names not in totals:
            totals[names] = self.make.total([item for at in range(self.count) for item in self.category(at)])
        return totals[names]

    def category(self, index: int) -> list[Node]:
        """References to every item of the named category, all of them numbers."""
        name, scope = self.text(index), self.checker.scope
        found = [at for at, item in enumerate(scope.items) if item.category and item.category == name]
        if not found and name not in scope.categories:
            categories = scope.categories | {item.category for item in scope.items if item.category}
            raise self.checker.unknown(name, self.args[index].at.pos, categories)
        return [expect(self.checker.item_ref(self.make.at, at), Type.NUMBER) for at in found]

    def table(self, index: int, kinds: set[TableKind]) -> Table:
        name, tables = normal_name(self.text(index)), self.checker.scope.tables
        if name not in tables:
            raise self.checker.unknown(name, self.args[index].at.pos, tables)
        if tables[name].kind not in kinds:
            raise self.bad(f"参数表 “{name}” 的类型不适用", f"table {name!r} is of another kind")
        return tables[name]

    def column(self, table: Table, index: int) -> int:
        """A column by its written name; the only one if left out."""
        if index >= self.count and len(table.columns) == 1:
            return 0
        if index >= self.count:
            raise self.bad("须写明列名", "the column must be named")
        name = self.text(index)
        try:
            return table.position(name)
        except KeyError:
            columns = [column.name for column in table.columns]
            raise self.checker.unknown(name, self.args[index].at.pos, columns) from None

    def chosen(self, table: Table, start: int) -> tuple[Table, tuple[Node, ...]]:
        """The table and its keys from argument ``start`` on. A date after the keys chooses the version in force on
        it: then the table holds all versions, with the version as first key."""
        if self.count - start == len(table.keys) + 1 and self.args[-1].type is Type.DATE:
            return dated(table), (self.version(table, self.args[-1]), *self.keys(table, start, self.count - 1))
        return table, self.keys(table, start, self.count)

    def version(self, table: Table, day: Node) -> Node:
        """The number of the version in force on a day; NO_MATCH before the first."""
        if table.effective is None:
            zh, en = f"参数表 “{table.name}” 没有按日期的版本", f"table {table.name!r} has no versions by date"
            raise self.bad(zh, en)
        epoch = Const(self.make.at, Type.DATE, 0)
        return self.make.segment(version_numbers(table), 0, self.make.elapsed("D", epoch, day))

    def keys(self, table: Table, start: int, end: int) -> tuple[Node, ...]:
        if max(end - start, 0) != len(table.keys):
            names = "、".join(key.name for key in table.keys)
            raise self.bad(f"键须为：{names or '无'}", f"keys must be: {names or 'none'}")
        return tuple(self.typed(start + at, key.type) for at, key in enumerate(table.keys))

    def periods(self, index: int) -> int:
        """How many closed runs are meant, written in the formula; 1 if left out."""
        count = self.whole(index) if index < self.count else 1
        if not 1 <= count <= MOST_PERIODS:
            raise FormulaError("LATER_PERIOD", self.args[index].at.pos, what=self.expr.function)
        return count

    def history(self, kind: History, months: int = 0) -> Node:
        """The input that holds closed runs of the item named by the first argument."""
        target = self.args[0]
        if not isinstance(self.expr.args[0], ast.Name) or not isinstance(target, Ref):
            raise self.bad("第 1 个参数须为项目名", "argument 1 must be the name of an item")
        if target.source is not Source.ITEM:
            raise self.bad("第 1 个参数须为项目而不是输入", "argument 1 must be an item, not an input")
        self.checker.forget(target.index, target.at.pos)
        item = self.checker.scope.items[target.index]
        if item.type is not Type.NUMBER:
            raise self.bad("第 1 个参数须为数字项目", "argument 1 must be an item that is a number")
        entry = HistoryInput(kind, item.id, months, 0 if kind is History.COUNTPREV else item.scale)
        return self.checker.input_ref(self.make.at, self.checker.scope.history(entry))

    def warn(self, condition: Node, text: str) -> None:
        if not self.outermost:
            raise self.bad("只能写在公式最外层", "it must be outermost in the formula")
        self.checker.checks.append(Check(condition, text))
