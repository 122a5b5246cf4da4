"""Three-way comparison of a template's rows: as installed, as the tenant has them, as a newer version has them.

A row is a shift, a rotation or the settings, by a name such as `shift:M`; its values are what JSON holds.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Values = Mapping[str, Any]
Rows = Mapping[str, Values]


class Outcome(StrEnum):
    """What becomes of one difference."""

    ADDED = "added"  # a row that is new in the template
    TAKEN = "taken"  # the template changed it, the tenant did not
    KEPT = "kept"  # the tenant changed it, the template did not
    CONFLICT = "conflict"  # both did: the tenant's stays unless it is chosen otherwise
    RETIRED = "retired"  # the template has the row no more; it stays with the tenant
    LOCKED = "locked"  # closed months were computed with the row, so it stays as it was


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same everywhere; field is '' where it is about the whole row."""

    row: str
    field: str
    outcome: Outcome
    base: Any = None
    own: Any = None
    new: Any = None

    @property
    def key(self) -> str:
        return f"{self.row}.{self.field}"


def compare(base: Rows, own: Rows, new: Rows, locked: Collection[str] = ()) -> tuple[Difference, ...]:
    """Differences in the order of the new version, then rows that it dropped. locked: rows that may not change."""
    found = [difference for row in new for difference in _compare_row(row, base, own, new)]
    found += [Difference(row, "", Outcome.RETIRED) for row in base if row not in new and row in own]
    return tuple(_held(difference, locked) for difference in found)


def changes(differences: Sequence[Difference], new: Rows, chosen: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """Values to write by row. chosen: keys of conflicts in which the template's value is taken."""
    writes: dict[str, dict[str, Any]] = {}
    for item in differences:
        if item.outcome == Outcome.ADDED:
            writes[item.row] = dict(new[item.row])
        elif item.outcome == Outcome.TAKEN or (item.outcome == Outcome.CONFLICT and item.key in chosen):
            writes.setdefault(item.row, {})[item.field] = item.new
    return writes


def next_base(differences: Sequence[Difference], new: Rows) -> dict[str, dict[str, Any]]:
    """What counts as installed afterwards: the new version, but locked values as before, so they are offered again."""
    base = {row: dict(values) for row, values in new.items()}
    for item in differences:
        if item.outcome == Outcome.LOCKED:
            base[item.row][item.field] = item.base
    return base


def _compare_row(row: str, base: Rows, own: Rows, new: Rows) -> Iterator[Difference]:
    if row not in own:
        gone = row in base  # the tenant removed it
        yield Difference(row, "", Outcome.KEPT if gone else Outcome.ADDED)
        return
    before, theirs = base.get(row), own[row]
    for field, value in new[row].items():
        if theirs.get(field) != value:
            yield _compare_value(row, field, before, theirs.get(field), value)


def _compare_value(row: str, field: str, before: Values | None, own: Any, new: Any) -> Difference:
    if before is None:  # the tenant made a row of that name before the template had one
        return Difference(row, field, Outcome.CONFLICT, None, own, new)
    base = before.get(field, own)  # a value that the older version did not know is as it was installed
    if base == own:
        return Difference(row, field, Outcome.TAKEN, base, own, new)
    outcome = Outcome.KEPT if base == new else Outcome.CONFLICT
    return Difference(row, field, outcome, base, own, new)


def _held(difference: Difference, locked: Collection[str]) -> Difference:
    may_change = difference.outcome in (Outcome.TAKEN, Outcome.CONFLICT)
    return replace(difference, outcome=Outcome.LOCKED) if may_change and difference.row in locked else difference
