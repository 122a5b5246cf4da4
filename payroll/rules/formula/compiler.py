"""Compile a whole set: names, types, cycles, order, limits. Nothing runs that was not checked here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from . import plan
from .checker import Check, CheckedItem, Scope, Site, check_item
from .errors import MESSAGES, FormulaError, FormulaSetError, RowCode
from .limits import MAX_ITEMS, MAX_REPORTED_ERRORS
from .parser import parse
from .plan import Node, Source, shared_nodes
from .tables import Table
from .tokens import normal_name
from .types import HistoryInput, Input, Item


@dataclass(frozen=True, slots=True)
class RowError:
    """An error of one person: ``origin`` is the id of the item where it arose, ``pos`` its position there."""

    code: str
    origin: str
    pos: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Program:
    """One item ready to run."""

    root: Node
    checks: tuple[Check, ...]
    shared: frozenset[int]
    uses: tuple[int, ...]


class Warned(NamedTuple):
    """Which CHECK a warning column belongs to: index of the item, and its text."""

    item: int
    text: str


@dataclass(frozen=True, slots=True)
class CompiledSet:
    """A checked set. ``order`` lists item indices so that every item follows what it reads; ``inputs``
    are all values to supply, those of history included; ``notes`` are mistakes that do not stop it."""

    items: tuple[Item, ...]
    inputs: tuple[Input | HistoryInput, ...]
    programs: tuple[Program, ...]
    order: tuple[int, ...]
    sites: tuple[Site, ...]
    notes: tuple[FormulaError, ...]
    texts: tuple[str, ...]

    def uses(self, item_id: str) -> tuple[str, ...]:
        """Ids of the items that ``item_id`` reads. Raises KeyError."""
        return tuple(self.items[at].id for at in self.programs[self.position(item_id)].uses)

    def position(self, item_id: str) -> int:
        """Column of an item in results. Raises KeyError."""
        for index, item in enumerate(self.items):
            if item.id == item_id:
                return index
        raise KeyError(item_id)

    def row_error(self, code: RowCode, site: int) -> RowError:
        place = self.sites[site]
        item = self.items[place.item]
        zh, en = (text.format(what=item.formula[place.start : place.end]) for text in MESSAGES[code.name])
        return RowError(code.name, item.id, place.pos, zh, en)


def compile_set(
    items: Iterable[Item], inputs: Iterable[Input], tables: Iterable[Table] = (), categories: Iterable[str] = ()
) -> CompiledSet:
    """Compile ``items`` over ``inputs`` and one version of each parameter table.

    categories: those that SUMITEMS may name although no item is in them; they come to 0.

    Raises FormulaSetError with the first mistake of each item (at most 20), else with every cycle found.
    """
    listed = tuple(items)
    if len(listed) > MAX_ITEMS:
        raise FormulaSetError((FormulaError("TOO_MANY_ITEMS", 0),))
    scope = _scope(listed, list(inputs), tuple(tables), frozenset(categories))
    checked = _check_all(scope)
    order = _order(listed, checked)
    programs = tuple(_program(entry) for entry in checked)
    texts = sorted({*_texts(programs)} - {""})  # "" is always the first
    notes = tuple(_unused(listed, checked))
    return CompiledSet(listed, tuple(scope.inputs), programs, order, tuple(scope.sites), notes, ("", *texts))


def _scope(
    items: tuple[Item, ...], inputs: list[Input], tables: tuple[Table, ...], categories: frozenset[str]
) -> Scope:
    names: dict[str, tuple[Source, int]] = {}
    for index, item in enumerate(items):
        _claim(names, item.name, item.id, (Source.ITEM, index), item.id)
    for index, entry in enumerate(inputs):
        _claim(names, entry.name, entry.key, (Source.INPUT, index), "")
    return Scope(items, list(inputs), {normal_name(table.name): table for table in tables}, names, categories)


def _claim(names: dict[str, tuple[Source, int]], name: str, key: str, place: tuple[Source, int], item: str) -> None:
    for word in (normal_name(name), f"@{key}"):
        if word in names:
            raise FormulaSetError((FormulaError("DUPLICATE_NAME", 0, what=word, item=item),))
        names[word] = place


def _check_all(scope: Scope) -> list[CheckedItem]:
    checked: list[CheckedItem] = []
    errors: list[FormulaError] = []
    for index, item in enumerate(scope.items):
        try:
            checked.append(check_item(scope, index, parse(item.formula)))
        except FormulaError as error:
            error.item = item.id
            errors.append(error)
        if len(errors) >= MAX_REPORTED_ERRORS:
            break
    if errors:
        raise FormulaSetError(tuple(errors))
    return checked


def _order(items: tuple[Item, ...], checked: list[CheckedItem]) -> tuple[int, ...]:
    """Items after what they read. Raises FormulaSetError CYCLE with the whole path."""
    done: dict[int, None] = {}
    for start in range(len(items)):
        path: list[int] = []
        waiting = [iter((start,))]
        while waiting:
            following = next(waiting[-1], None)
            if following is None:
                waiting.pop()
                if path:
                    done[path.pop()] = None
            elif following in path:
                raise FormulaSetError((_cycle(items, checked, path[path.index(following) :]),))
            elif following not in done:
                path.append(following)
                waiting.append(iter(checked[following].uses))
    return tuple(done)


def _cycle(items: tuple[Item, ...], checked: list[CheckedItem], loop: list[int]) -> FormulaError:
    names = tuple(items[index].name for index in (*loop, loop[0]))
    pos = checked[loop[0]].uses[loop[1] if len(loop) > 1 else loop[0]]
    return FormulaError("CYCLE", pos, item=items[loop[0]].id, path=names, zh=" → ".join(names), en=" -> ".join(names))


def _program(checked: CheckedItem) -> Program:
    roots = (checked.root, *(check.condition for check in checked.checks))
    return Program(checked.root, tuple(checked.checks), shared_nodes(roots), tuple(checked.uses))


def _texts(programs: tuple[Program, ...]) -> Iterator[str]:
    """Every text that formulas and table keys mention."""
    for program in programs:
        stack = [program.root, *(check.condition for check in program.checks)]
        met: set[int] = set()
        while stack:
            node = stack.pop()
            if id(node) in met:
                continue
            met.add(id(node))
            stack.extend(plan.children(node))
            if isinstance(node, plan.Const) and isinstance(node.value, str):
                yield node.value
            if isinstance(node, plan.Pick):
                yield from (key for row in node.table.rows for key in row.keys if isinstance(key, str))


def _unused(items: tuple[Item, ...], checked: list[CheckedItem]) -> Iterator[FormulaError]:
    used = {index for entry in checked for index in entry.uses}
    for index, item in enumerate(items):
        if index not in used and not item.category:
            yield FormulaError("UNUSED", 0, item=item.id, what=item.name)
