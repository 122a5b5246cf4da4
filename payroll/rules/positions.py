"""Positions in a formula as stored, and in the same formula as somebody sees or typed it."""

from __future__ import annotations

from payroll.rules.formula.tokens import tokenize


def typed_position(stored: str, typed: str, position: int) -> int:
    """Where ``position`` of the stored text lies in the typed one; both have the same tokens, name for id."""
    for theirs, ours in zip(tokenize(stored), tokenize(typed), strict=True):
        if position < theirs.end or theirs.start == theirs.end:
            same = theirs.end - theirs.start == ours.end - ours.start
            return ours.start + (min(max(position - theirs.start, 0), ours.end - ours.start) if same else 0)
    return len(typed)
