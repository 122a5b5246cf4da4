"""Changing the tree of org units, and the list of positions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import OrgUnit, Position
from hrsaas.people.queries.units import parents
from hrsaas.people.rules.trees import subtree
from hrsaas.people.services.reach import require_reach
from hrsaas.people.services.refusals import refusal, refusals_explained

CHANGE = "people.unit.change"


@transaction.atomic
def create_unit(
    *, code: str, name: str, actor: Actor, now: datetime, name_en: str = "", parent: OrgUnit | None = None
) -> OrgUnit:
    """Errors: people.unit.code_taken, people.unit.text."""
    actor.require(CHANGE)
    _check_texts(code=code, name=name, name_en=name_en)
    require_reach(actor, CHANGE, parent)
    with refusals_explained():
        unit: OrgUnit = OrgUnit.objects.create(code=code, name=name, name_en=name_en, parent=parent)
    record(actor=actor, action="people.unit.create", subject=unit, new=_facts(unit), now=now)
    return unit


@transaction.atomic
def rename_unit(*, unit: OrgUnit, name: str, actor: Actor, now: datetime, name_en: str | None = None) -> OrgUnit:
    """name_en None keeps the English name."""
    unit = _locked(unit)
    actor.require(CHANGE)
    require_reach(actor, CHANGE, unit)
    old = _facts(unit)
    unit.name, unit.name_en = name, unit.name_en if name_en is None else name_en
    _check_texts(code=unit.code, name=unit.name, name_en=unit.name_en)
    unit.save(update_fields=["name", "name_en"])
    record(actor=actor, action="people.unit.rename", subject=unit, old=old, new=_facts(unit), now=now)
    return unit


@transaction.atomic
def move_unit(*, unit: OrgUnit, parent: OrgUnit | None, actor: Actor, now: datetime) -> OrgUnit:
    """Put a unit, with all below it, under another one (None: at the top). Errors: people.unit.cycle."""
    unit = _locked(unit)
    actor.require(CHANGE)
    require_reach(actor, CHANGE, unit)
    require_reach(actor, CHANGE, parent)
    if parent is not None and parent.id in subtree(parents(), [unit.id]):
        raise refusal("people_unit_acyclic")
    old = _facts(unit)
    unit.parent = parent
    with refusals_explained():
        unit.save(update_fields=["parent"])
    record(actor=actor, action="people.unit.move", subject=unit, old=old, new=_facts(unit), now=now)
    return unit


@transaction.atomic
def create_position(*, code: str, name: str, actor: Actor, now: datetime, name_en: str = "") -> Position:
    """Errors: people.position.code_taken, people.unit.text."""
    actor.require(CHANGE)
    _check_texts(code=code, name=name, name_en=name_en)
    with refusals_explained():
        position: Position = Position.objects.create(code=code, name=name, name_en=name_en)
    new = {"code": code, "name": name, "name_en": name_en}
    record(actor=actor, action="people.position.create", subject=position, new=new, now=now)
    return position


@transaction.atomic
def rename_position(
    *, position: Position, name: str, actor: Actor, now: datetime, name_en: str | None = None
) -> Position:
    """name_en None keeps the English name."""
    position = Position.objects.select_for_update().get(pk=position.pk)
    actor.require(CHANGE)
    old = {"name": position.name, "name_en": position.name_en}
    position.name, position.name_en = name, position.name_en if name_en is None else name_en
    _check_texts(code=position.code, name=position.name, name_en=position.name_en)
    position.save(update_fields=["name", "name_en"])
    new = {"name": position.name, "name_en": position.name_en}
    record(actor=actor, action="people.position.rename", subject=position, old=old, new=new, now=now)
    return position


def _locked(unit: OrgUnit) -> OrgUnit:
    found: OrgUnit = OrgUnit.objects.select_for_update().get(pk=unit.pk)
    return found


def _facts(unit: OrgUnit) -> dict[str, object]:
    return {"code": unit.code, "name": unit.name, "name_en": unit.name_en, "parent_id": unit.parent_id}


def _check_texts(*, code: str, name: str, name_en: str) -> None:
    for field, text, longest in (("code", code, 40), ("name", name, 120), ("name_en", name_en, 120)):
        missing = not text.strip() and field != "name_en"
        if missing or len(text) > longest or not text.isprintable():
            raise DomainError(
                "people.unit.text", field=field,
                zh=f"请填写 1 至 {longest} 个可见字符。", en=f"Give 1 to {longest} visible characters.",
            )  # fmt: skip
