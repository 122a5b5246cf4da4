"""Values that hold from a day on: the shape all statutory packs share, and how the one in force is found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent


class PackError(LookupError):
    """A pack has no such entry, or none in force on the day asked for."""

    def __init__(self, code: str, *, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en


class Confidence(StrEnum):
    """How sure a value is. ASSUMED: carried over from another period because the right one is not known."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    ASSUMED = "assumed"
    SEEN_IN_PUBLIC_CODE = "seen_in_public_code"
    TO_BE_CHECKED = "to_be_checked"


class Strict(BaseModel):
    """Base of all pack schemas: nothing unknown, nothing changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in both languages."""

    zh: str
    en: str


class Period(Protocol):
    """Anything in force over [effective_from, effective_until)."""

    @property
    def effective_from(self) -> date: ...

    @property
    def effective_until(self) -> date | None: ...


P = TypeVar("P", bound=Period)


def in_force(versions: Sequence[P], on_date: date) -> P | None:
    """The latest version that has begun and not ended on a day; None when there is none."""
    begun = [v for v in versions if v.effective_from <= on_date]
    latest = max(begun, key=lambda v: v.effective_from, default=None)
    if latest is None or (latest.effective_until is not None and latest.effective_until <= on_date):
        return None
    return latest


def fen(yuan: Decimal) -> int:
    """Yuan of a pack as whole fen. Raises ValueError when the pack holds a part of a fen."""
    exact = yuan * 100
    if exact != exact.to_integral_value():
        raise ValueError(f"{yuan} yuan is not a whole number of fen")
    return int(exact)


def read_yaml(path: Path) -> object:
    """The content of a pack file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))
