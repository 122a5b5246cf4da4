"""A journal voucher: postings added up by account and place, debit equal to credit to the fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """Whom a line is for: ids of an org unit and a project, a cost centre; empty for nobody in particular."""

    unit_id: int | None = None
    cost_centre: str = ""
    project_id: int | None = None


@dataclass(frozen=True)
class VoucherLine:
    """One of debit_fen and credit_fen is 0, the other more."""

    account: str
    name: str
    place: Place
    debit_fen: int
    credit_fen: int


class Unbalanced(ValueError):
    """difference_fen: debit less credit."""

    def __init__(self, difference_fen: int) -> None:
        super().__init__(f"debit and credit differ by {difference_fen} fen")
        self.difference_fen = difference_fen


def voucher_lines(postings: Iterable[tuple[str, str, Place, int]]) -> list[VoucherLine]:
    """Lines of (account, its name, place, amount in fen: debit positive), debits first, by account and place.

    Debit and credit of the same account and place are set off; lines of 0 are left out. Errors: Unbalanced.
    """
    sums: defaultdict[tuple[str, Place], int] = defaultdict(int)
    names: dict[str, str] = {}
    for account, name, place, amount in postings:
        names.setdefault(account, name)
        sums[account, place] += amount
    if sum(sums.values()):
        raise Unbalanced(sum(sums.values()))
    lines = [
        VoucherLine(account, names[account], place, max(amount, 0), max(-amount, 0))
        for (account, place), amount in sums.items()
        if amount
    ]
    return sorted(lines, key=_order)


def _order(line: VoucherLine) -> tuple[bool, str, int, str, int]:
    place = line.place
    return not line.debit_fen, line.account, place.unit_id or 0, place.cost_centre, place.project_id or 0
