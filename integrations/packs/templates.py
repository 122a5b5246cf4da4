"""Reads templates.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter


class Names(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str


class Template(BaseModel):
    """One industry: the packs of the apps that belong together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Names
    attendance: str
    pay_items: str
    kpis: str


@cache
def templates() -> dict[str, Template]:
    """All templates by code."""
    text = Path(__file__).with_name("templates.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Template]).validate_python(yaml.safe_load(text))
