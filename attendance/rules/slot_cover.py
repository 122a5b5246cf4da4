"""Who is there in which slot of a day, from the shifts of a roster.

Counted in minutes of presence: somebody whose break takes half of a slot is there for half of it. So everything stays
in integers, and a slot has people enough when minutes of presence ≥ people wanted × length of the slot.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from attendance.rules.shifts import DAY_MINUTES, Shift

Ints = npt.NDArray[np.int64]


def presence(shift: Shift, slot_minutes: int) -> Ints:
    """Minutes at work per slot of the day on which the shift starts and of the next day; paid breaks are breaks too.

    A flexible shift counts by its nominal times, an open one from its start to its end.
    """
    minutes = np.zeros(2 * DAY_MINUTES, dtype=np.int64)
    for part in shift.segments or (shift,):
        minutes[part.start_minute : part.end_minute] = 1
    for item in shift.breaks:
        minutes[item.start_minute : item.end_minute] = 0
    slots: Ints = minutes.reshape(-1, slot_minutes).sum(axis=1)
    return slots


def present_minutes(people: Ints, tables: Ints) -> Ints:
    """Minutes of presence per (day, slot).

    people: per (day, shift), beginning with the day before the first that is asked for: its nights reach into it.
    tables: ``presence`` of each shift, (shift, slots of two days).
    """
    slots = tables.shape[1] // 2
    minutes: Ints = people[1:] @ tables[:, :slots] + people[:-1] @ tables[:, slots:]
    return minutes


def on_grid(people: Ints, slots: int) -> Ints:
    """People per slot of a day on a finer grid: who is wanted for an hour is wanted in each of its halves."""
    finer: Ints = np.repeat(people, slots // len(people))
    return finer
