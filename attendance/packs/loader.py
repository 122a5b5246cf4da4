"""Reads the industry templates that ship with the product."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from attendance.packs.schema import Pack, PayFact, PayFacts
from hrsaas.languages import in_chinese

PACKS = Path(__file__).parent
INDUSTRIES = PACKS / "industries"


class UnknownPackError(LookupError):
    """There is no template of that code; the text names those that exist."""


@cache
def list_packs() -> tuple[str, ...]:
    """Codes of all templates, sorted."""
    return tuple(sorted(path.stem for path in INDUSTRIES.glob("*.yaml")))


@cache
def load_pack(code: str) -> Pack:
    """The template of that code; UnknownPackError, or ValueError where the file is not sound."""
    if code not in list_packs():
        raise UnknownPackError(f"no template {code!r}; there are {', '.join(list_packs())}")
    pack = Pack.model_validate(read_yaml(INDUSTRIES / f"{code}.yaml"))
    if pack.code != code:
        raise ValueError(f"{code}.yaml calls itself {pack.code!r}")
    return pack


def pack_title(code: str) -> str:
    """The template's name in the active language; the code of one that does not exist any more."""
    if code not in list_packs():
        return code
    name = load_pack(code).name
    return name.zh if in_chinese() else name.en


@cache
def load_pay_facts() -> tuple[PayFact, ...]:
    """The facts that attendance hands to payroll whatever the industry; a pack adds its `shift_facts`."""
    return tuple(PayFacts.model_validate(read_yaml(PACKS / "pay_facts.yaml")).facts)


def read_yaml(path: Path) -> Any:
    """Parsed content of one shipped file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))
