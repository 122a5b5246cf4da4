"""Which inputs the items of a set are made from, read off their stored formulas."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Set

_ID = re.compile(r"@([a-z][a-z0-9_]*)")


def inputs_read(formulas: Mapping[str, str], item: str, ends: Collection[str] = ()) -> Set[str]:
    """Codes of the inputs that an item's amount is made from, through the items in between.

    formulas: stored text by code of the item. ends: items not to look behind; they count as nothing.
    """
    met: set[str] = set()
    waiting = [item]
    while waiting:
        code = waiting.pop()
        met.add(code)
        if code in formulas and (code == item or code not in ends):
            waiting += [one for one in _ID.findall(formulas[code]) if one not in met]
    return met - formulas.keys()
