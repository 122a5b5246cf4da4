"""What differs between two formula sets, entry by entry and word by word."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

Entry = Mapping[str, Any]
Part = tuple[Literal["same", "gone", "new"], str]
_WORD = re.compile(r'\[[^\]]*\]|["“][^"”]*["”]|[0-9]+(?:\.[0-9]+)?|\w+|\s+|.', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Changes:
    """Entries of the second set that the first lacks, of the first that the second lacks, and pairs that differ."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]


def changes(old: Sequence[Entry], new: Sequence[Entry], key: str, facts: Sequence[str]) -> Changes:
    """Entries are matched by ``key`` and differ where one of ``facts`` does; in the order of the sets."""
    before, after = {entry[key]: entry for entry in old}, {entry[key]: entry for entry in new}
    pairs = [(before[name], entry) for name, entry in after.items() if name in before]
    return Changes(
        tuple(entry for name, entry in after.items() if name not in before),
        tuple(entry for name, entry in before.items() if name not in after),
        tuple(pair for pair in pairs if differing(*pair, facts)),
    )


def differing(old: Entry, new: Entry, facts: Sequence[str]) -> list[str]:
    """Those of the facts in which two entries differ."""
    return [fact for fact in facts if old.get(fact) != new.get(fact)]


def word_diff(old: str, new: str) -> list[Part]:
    """The texts word by word; names in brackets and quoted texts are words. Joined without "new" the parts are the old
    text, without "gone" the new one.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    parts: list[Part] = []
    for kind, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(before[first:last])))
            continue
        sides: tuple[Part, Part] = (("gone", "".join(before[first:last])), ("new", "".join(after[begin:end])))
        parts += [side for side in sides if side[1]]
    return parts


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a table, known by its keys and where its segment begins; values: None where there is no such row."""

    keys: tuple[Any, ...]
    lower: int | None
    old: tuple[int, ...] | None
    new: tuple[int, ...] | None


def row_changes(old: Sequence[Sequence[Any]], new: Sequence[Sequence[Any]]) -> list[RowChange]:
    """Rows ([values, keys, lower]) that differ, in the order of the new table, rows that are gone last."""
    before, after = _by_place(old), _by_place(new)
    places = [place for place in dict.fromkeys([*after, *before]) if before.get(place) != after.get(place)]
    return [RowChange(keys, lower, before.get((keys, lower)), after.get((keys, lower))) for keys, lower in places]


def _by_place(rows: Sequence[Sequence[Any]]) -> dict[tuple[tuple[Hashable, ...], int | None], tuple[int, ...]]:
    return {(tuple(keys), lower): tuple(values) for values, keys, lower in rows}
