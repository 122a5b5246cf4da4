"""The tenant's library of KPIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from performance.models import Kpi, PerformanceSettings
from performance.packs import kpi_library
from performance.rules.scores import Bands
from performance.services.refusals import checked_bands, checked_weight
from performance.services.settings import DEFAULT_TABLE, table_rows

CHANGE = "performance.kpi.change"
_TEXTS = {
    "code": 60, "name": 120, "name_en": 120, "area": 60, "area_en": 60, "meaning": 400, "meaning_en": 400,
    "measure": 60, "measure_en": 60,
}  # fmt: skip
_FIGURES = ("direction", "floor", "target", "stretch", "weight", "places")


@transaction.atomic
def install_pack(*, code: str, actor: Actor, now: datetime) -> int:
    """Copy an industry's KPI library into the tenant; how many KPIs are new. KPIs that are there stay as they are.

    Also makes the tenant's settings, with the linear coefficient table. Errors: performance.kpi.no_pack.
    """
    actor.require(CHANGE)
    pack = _pack(code)
    PerformanceSettings.objects.get_or_create(
        defaults={
            "pack_code": code, "pack_version": pack.version,
            "coefficient_tables": table_rows([kpi_library.coefficient_tables()[DEFAULT_TABLE]]),
        }
    )  # fmt: skip
    added = add_missing([_kpi(entry) for entry in pack.kpis])
    if added:
        new = {"code": code, "version": pack.version, "kpis": len(added)}
        record(actor=actor, action="performance.kpi.install", subject_type="performance.kpi", new=new, now=now)
    return len(added)


@transaction.atomic
def create_kpi(
    *,
    code: str,
    name: str,
    direction: str,
    floor: Decimal,
    target: Decimal,
    stretch: Decimal,
    weight: Decimal,
    actor: Actor,
    now: datetime,
    places: int = 2,
    **texts: str,
) -> Kpi:
    """texts: name_en, area, area_en, meaning, meaning_en, measure, measure_en.

    Errors: performance.kpi.{code_taken,text,places,weight,bands_out_of_order,floor_equals_target,not_a_number}.
    """
    actor.require(CHANGE)
    kpi = Kpi(
        code=code, name=name, direction=direction, floor=floor, target=target, stretch=stretch, weight=weight,
        places=places, **texts,
    )  # fmt: skip
    _check(kpi)
    if Kpi.objects.filter(code=code).exists():
        raise DomainError(
            "performance.kpi.code_taken", field="code", status=409,
            zh="该指标编码已被使用。", en="This KPI code is taken.",
        )  # fmt: skip
    kpi.save()
    record(actor=actor, action="performance.kpi.create", subject=kpi, new=_facts(kpi, [*_TEXTS, *_FIGURES]), now=now)
    return kpi


@transaction.atomic
def change_kpi(*, kpi: Kpi, changes: Mapping[str, Any], actor: Actor, now: datetime) -> Kpi:
    """Change texts, bands, weight, places or is_active; goals that were set keep theirs. Errors: as of create_kpi."""
    kpi = Kpi.objects.select_for_update().get(pk=kpi.pk)
    actor.require(CHANGE)
    known = {*_TEXTS, *_FIGURES, "is_active"} - {"code"}
    changed = [name for name, value in changes.items() if name in known and getattr(kpi, name) != value]
    if not changed:
        return kpi
    old = _facts(kpi, changed)
    for name in changed:
        setattr(kpi, name, changes[name])
    _check(kpi)
    kpi.save(update_fields=changed)
    record(actor=actor, action="performance.kpi.change", subject=kpi, old=old, new=_facts(kpi, changed), now=now)
    return kpi


def add_missing(kpis: Iterable[Kpi]) -> list[Kpi]:
    """Save those whose code the library does not have yet; part of a service's transaction."""
    wanted = {kpi.code: kpi for kpi in kpis}
    there = set(Kpi.objects.filter(code__in=wanted).values_list("code", flat=True))
    added: list[Kpi] = Kpi.objects.bulk_create([kpi for code, kpi in wanted.items() if code not in there])
    return added


def _pack(code: str) -> kpi_library.KpiLibrary:
    libraries = kpi_library.kpi_libraries()
    if code not in libraries:
        raise DomainError(
            "performance.kpi.no_pack", field="code",
            zh=f"没有名为“{code}”的指标库，可选：{'、'.join(libraries)}。",
            en=f"No KPI library is called '{code}'; choose {', '.join(libraries)}.",
        )  # fmt: skip
    return libraries[code]


def _kpi(entry: kpi_library.Kpi) -> Kpi:
    return Kpi(
        code=entry.key, name=entry.name.zh, name_en=entry.name.en, area=entry.area.zh, area_en=entry.area.en,
        meaning=entry.meaning.zh, meaning_en=entry.meaning.en, measure=entry.unit.zh, measure_en=entry.unit.en,
        direction=entry.direction.value, floor=entry.floor, target=entry.target, stretch=entry.stretch,
        weight=entry.weight, places=entry.places,
    )  # fmt: skip


def _check(kpi: Kpi) -> Bands:
    for field, longest in _TEXTS.items():
        text = getattr(kpi, field)
        if (not text.strip() and field in ("code", "name")) or len(text) > longest or not text.isprintable():
            raise DomainError(
                "performance.kpi.text", field=field,
                zh=f"请填写 1 至 {longest} 个可见字符。", en=f"Give 1 to {longest} visible characters.",
            )  # fmt: skip
    if not 0 <= kpi.places <= 4:
        raise DomainError("performance.kpi.places", field="places", zh="小数位数为 0 至 4。", en="Decimals are 0 to 4.")
    checked_weight(kpi.weight)
    return checked_bands(kpi.direction, kpi.floor, kpi.target, kpi.stretch)


def _facts(kpi: Kpi, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(kpi, name) for name in names}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}
