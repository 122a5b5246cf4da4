"""Reads demos.yaml."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from integrations.packs.templates import Names


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Unit(_Part):
    code: str
    name: Names
    parent: str | None = None


class Position(_Part):
    code: str
    name: Names


class Staff(_Part):
    """So many people of one position in one unit. pay: lowest and highest base pay in yuan. office: fixed week."""

    unit: str
    position: str
    count: int
    pay: tuple[int, int]
    office: bool = False


class Digital(_Part):
    code: str
    name: Names
    unit: str
    position: str


class Card(_Part):
    """Evidence as a recruiter enters it; see recruiting.services.cards."""

    item: str
    sentence: str
    goal: str = ""
    method: str = ""
    result: str = ""
    number: Decimal | None = None
    unit: str = ""
    basis: str = ""
    baseline: Decimal | None = None
    period: str = ""


class Candidate(_Part):
    name: str
    source: str
    cards: list[Card]


class Project(_Part):
    code: str
    name: Names


class Share(_Part):
    """rate: fraction of the cost of a person. cost_centre: '' for that of the assignment."""

    rate: Decimal
    cost_centre: str = ""
    project: str = ""


class Demo(_Part):
    """One demo tenant.

    monthly: position → pay input → range in yuan. kpis: position → KPI keys. profile: the job profile to hire by.
    shares: position → who bears the cost of its people.
    """

    template: str
    name: Names
    city: str
    office_roster: str
    units: list[Unit]
    positions: list[Position]
    staff: list[Staff]
    digital: Digital | None = None
    monthly: dict[str, dict[str, tuple[int, int]]]
    kpis: dict[str, list[str]]
    projects: list[Project] = []
    shares: dict[str, list[Share]] = {}
    profile: str
    candidates: list[Candidate]


@cache
def demos() -> dict[str, Demo]:
    """Demo tenants by subdomain."""
    text = Path(__file__).with_name("demos.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Demo]).validate_python(yaml.safe_load(text))
