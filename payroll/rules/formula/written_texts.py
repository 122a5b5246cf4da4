"""Which texts an item can come to that stand in formulas and defaults, not in a person's data."""

from __future__ import annotations

from . import plan
from .compiler import CompiledSet
from .types import Input, Type


def written_texts(compiled: CompiledSet, index: int) -> tuple[str, ...]:
    """Sorted: every text in the formula of item ``index`` and of the text items that it reads, those it compares with
    too, and the defaults of text inputs that they read.
    """
    found: set[str] = set()
    items, waiting = set[int](), [index]
    while waiting:
        at = waiting.pop()
        if at not in items:
            items.add(at)
            waiting += [one for one in compiled.programs[at].uses if compiled.items[one].type is Type.TEXT]
            found |= _texts(compiled, compiled.programs[at].root)
    return tuple(sorted(found))


def _texts(compiled: CompiledSet, root: plan.Node) -> set[str]:
    found: set[str] = set()
    stack, met = [root], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in met:
            continue
        met.add(id(node))
        stack.extend(plan.children(node))
        if isinstance(node, plan.Const) and isinstance(node.value, str):
            found.add(node.value)
        if isinstance(node, plan.Ref) and node.source is plan.Source.INPUT:
            entry = compiled.inputs[node.index]
            if isinstance(entry, Input) and isinstance(entry.default, str):
                found.add(entry.default)
    return found
