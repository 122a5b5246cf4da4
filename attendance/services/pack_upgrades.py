"""A newer version of an installed template: what it would change, and taking it without losing the tenant's edits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from attendance.models import AttendanceSettings, InstalledPack, Rotation, Shift
from attendance.packs.lint import Finding, lint_pack
from attendance.packs.loader import list_packs, load_pack
from attendance.packs.schema import Pack
from attendance.queries.locked_shifts import locked_shift_codes
from attendance.rules.template_merge import Difference, Outcome, changes, compare, next_base
from attendance.services.setups import CHANGE, SETTINGS, Calendar, Content, as_json, pack_content
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError

MODELS: dict[str, type[Shift] | type[Rotation]] = {"shift": Shift, "rotation": Rotation}


@dataclass(frozen=True)
class Comparison:
    """The installed template against the version that ships now. before: the version that was installed."""

    installed: InstalledPack
    before: int
    pack: Pack
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]

    @property
    def is_newer(self) -> bool:
        """Whether there is something to upgrade to: another version, or values that an upgrade would bring."""
        return self.pack.version != self.before or bool(self.offered)

    @property
    def offered(self) -> tuple[Difference, ...]:
        """What an upgrade takes or asks about."""
        asked = (Outcome.ADDED, Outcome.TAKEN, Outcome.CONFLICT)
        return tuple(item for item in self.differences if item.outcome in asked)


def compare_pack(*, installed: InstalledPack) -> Comparison:
    """What the shipped version would change. DomainError attendance.pack.retired where it is shipped no more."""
    pack = _shipped(installed.code)
    new = pack_content(pack, _calendar(installed))
    base = installed.content
    if AttendanceSettings.objects.filter(pack_code=pack.code).first() is None:  # another template is the main one
        new, base = _without_settings(new), _without_settings(base)
    own = _own_rows(new, base)
    touched = {item.row for item in compare(base, own, new)}
    locked = {f"shift:{code}" for code in locked_shift_codes(_shift_codes(touched))}
    return Comparison(installed, installed.version, pack, compare(base, own, new, locked), lint_pack(pack))


@transaction.atomic
def upgrade_pack(*, installed: InstalledPack, take: Collection[str], actor: Actor, now: datetime) -> Comparison:
    """Take the shipped version; what it was, compared. take: keys of conflicts in which the template's value is taken.

    What the tenant changed stays; so does a shift with which closed months were computed. Errors:
    attendance.pack.retired, attendance.pack.no_conflict.
    """
    actor.require(CHANGE)
    installed = InstalledPack.objects.select_for_update().get(pk=installed.pk)
    found = compare_pack(installed=installed)
    _require_conflicts(found, take)
    if not found.is_newer:
        return found
    new = pack_content(found.pack, _calendar(installed))
    old = {"version": installed.version}
    written = changes(found.differences, new, take)
    for row, values in _shifts_first(written):
        _write(row, values, found.pack)
    AttendanceSettings.objects.filter(pack_code=installed.code).update(pack_version=found.pack.version)
    installed.content = next_base(found.differences, new)
    installed.version, installed.changed_at = found.pack.version, now
    installed.save(update_fields=["content", "version", "changed_at"])
    kept = [item.key for item in found.differences if item.outcome in (Outcome.KEPT, Outcome.LOCKED)]
    facts = {"version": found.pack.version, "written": written, "kept": kept, "chosen": sorted(take)}
    record(actor=actor, action="attendance.pack.upgrade", subject=installed, old=old, new=facts, now=now)
    return found


def _own_rows(*parts: Content) -> Content:
    """The tenant's rows under the names, and with the fields, of these contents."""
    fields: dict[str, set[str]] = {}
    for content in parts:
        for row, values in content.items():
            fields.setdefault(row, set()).update(values)
    found: Content = {}
    for kind, model in MODELS.items():
        for own in model.objects.all():
            name = f"{kind}:{own.code}"
            found |= {name: _values_of(own, fields[name])} if name in fields else {}
    settings = AttendanceSettings.objects.select_related("default_rotation").first()
    if settings is not None and SETTINGS in fields:
        found[SETTINGS] = _values_of(settings, fields[SETTINGS])
        found[SETTINGS]["default_rotation"] = settings.default_rotation.code if settings.default_rotation else ""
    return as_json(found)


def _values_of(row: Any, fields: Collection[str]) -> dict[str, Any]:
    return {field: getattr(row, field) for field in fields if field != "default_rotation" and hasattr(row, field)}


def _write(row: str, values: Mapping[str, Any], pack: Pack) -> None:
    kind, _colon, code = row.partition(":")
    values = dict(values)
    if kind != SETTINGS:
        _require_sound(MODELS[kind], code, values)
        MODELS[kind].objects.update_or_create(code=code, defaults=values)
        return
    if "default_rotation" in values:
        values["default_rotation"] = Rotation.objects.get(code=values["default_rotation"])
    AttendanceSettings.objects.filter(pack_code=pack.code).update(**values)


def _require_sound(model: type[Shift] | type[Rotation], code: str, values: Mapping[str, Any]) -> None:
    """The tenant's own times and the template's new ones may not fit together."""
    row = model.objects.filter(code=code).first() or model(code=code)
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.build()
    except ValueError as error:
        raise DomainError(
            "attendance.pack.contradiction", field="take", status=409,
            zh=f"您对 {code} 的修改与新版模板的内容互相矛盾，请选择采用模板的值，或先调整 {code}。",
            en=f"Your changes of {code} contradict those of the new version: {error}. Take the template's values or"
            " change yours first.",
        ) from error  # fmt: skip


def _shifts_first(written: Mapping[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Shifts, rotations, settings: each refers to those before."""
    order = ("shift", "rotation", SETTINGS)
    return sorted(written.items(), key=lambda item: order.index(item[0].partition(":")[0]))


def _shift_codes(rows: Collection[str]) -> list[str]:
    return [row.removeprefix("shift:") for row in rows if row.startswith("shift:")]


def _require_conflicts(found: Comparison, take: Collection[str]) -> None:
    known = {item.key for item in found.differences if item.outcome == Outcome.CONFLICT}
    unknown = sorted(set(take) - known)
    if unknown:
        raise DomainError(
            "attendance.pack.no_conflict", field="take",
            zh=f"{unknown[0]} 不是冲突项，无法选择。", en=f"{unknown[0]} is no conflict that could be chosen.",
        )  # fmt: skip


def _shipped(code: str) -> Pack:
    if code not in list_packs():
        raise DomainError(
            "attendance.pack.retired", field="code", status=409,
            zh=f"产品不再提供行业模板 {code}，您的班次和轮班规律保持不变。",
            en=f"The product no longer ships the template {code}; your shifts and rotations stay as they are.",
        )  # fmt: skip
    return load_pack(code)


def _calendar(installed: InstalledPack) -> Calendar:
    return "weekdays" if installed.calendar == InstalledPack.Calendar.WEEKDAYS else "national"


def _without_settings(content: Content) -> Content:
    return {row: values for row, values in content.items() if row != SETTINGS}
