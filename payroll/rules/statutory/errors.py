"""What the statutory rules refuse, said to people in both languages."""

from __future__ import annotations


class StatutoryError(ValueError):
    """A value or table that the law's computation cannot accept.

    code: stable, dotted, for programs; zh, en: one sentence for people; field: the input at fault, or empty.
    """

    def __init__(self, code: str, *, zh: str, en: str, field: str = "") -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en
        self.field = field
