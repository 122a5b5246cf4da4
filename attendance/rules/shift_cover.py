"""The fewest people on given shifts who cover what slots want: the bridge from slots to a roster by shifts.

From the first slot that is short onwards, the missing people are put on the shift that is there for most of that slot
and reaches furthest. For shifts without breaks that is the smallest cover there is: whatever else covers the slot
covers nothing later that this does not. With breaks it is a good one, and afterwards everybody is taken off again whom
nobody would miss.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def smallest_cover(missing_minutes: Ints, tables: Ints, slot_minutes: int) -> Ints:
    """People to put on each (day, shift).

    missing_minutes: of presence per (day, slot); tables: ``slot_cover.presence`` of each shift, (shift, slots of two
    days). A slot of which every shift misses more than half stays as it is.
    """
    days, slots = missing_minutes.shape
    wanted = missing_minutes.reshape(-1)
    have = np.zeros((days + 1) * slots, dtype=np.int64)
    people = np.zeros((days, len(tables)), dtype=np.int64)
    reach = _reach(tables)
    for at in range(len(wanted)):
        short = int(wanted[at] - have[at])
        if short <= 0:
            continue
        day, shift = _best(at, slots, tables, reach)
        there = int(tables[shift, at - day * slots]) if shift >= 0 else 0
        if 2 * there >= slot_minutes:
            count = -(-short // there)
            people[day, shift] += count
            have[day * slots : (day + 2) * slots] += count * tables[shift]
    _take_off(people, have, wanted, tables, slots)
    return people


def _reach(tables: Ints) -> Ints:
    """Per shift, the slot after its last."""
    width = tables.shape[1]
    last: Ints = width - np.argmax(tables[:, ::-1] > 0, axis=1)
    return last


def _best(at: int, slots: int, tables: Ints, reach: Ints) -> tuple[int, int]:
    """(day, shift) there for most of the slot, of these the one that reaches furthest; shift -1 where there is none."""
    found, best = (0, -1), (0, 0)
    today = at // slots
    for day in (today, today - 1):
        for shift in range(len(tables)) if day >= 0 else ():
            there, end = int(tables[shift, at - day * slots]), int(day * slots + reach[shift])
            if there and (there, end) > best:
                found, best = (day, shift), (there, end)
    return found


def _take_off(people: Ints, have: Ints, wanted: Ints, tables: Ints, slots: int) -> None:
    """Latest first, everybody without whom all slots have what they want, or what they have."""
    spare = have.copy()
    spare[: len(wanted)] -= wanted
    for day, shift in sorted(zip(*np.nonzero(people)), reverse=True):
        part = spare[day * slots : (day + 2) * slots]
        used = tables[shift] > 0
        fewer = min(int(people[day, shift]), max(0, int((part[used] // tables[shift][used]).min())))
        people[day, shift] -= fewer
        part -= fewer * tables[shift]
