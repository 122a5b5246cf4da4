"""Places of work, who may stamp by phone, and with which phone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from attendance.models import AttendanceSettings, Phone, PunchPlace
from attendance.queries.setups import current_settings
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import Employee, OrgUnit

CHANGE, STAMP = "attendance.setup.change", "attendance.punch.stamp"
RULES = ("mobile_punches", "other_phones")
_BSSID = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
SHORTEST_KEY, SMALLEST_RADIUS_M, LARGEST_RADIUS_M = 16, 10, 50_000


@dataclass(frozen=True)
class PlaceFacts:
    """What people say about a place; see ``models.PunchPlace``."""

    name: str
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    radius_m: int = 200
    bssids: Sequence[str] = ()
    unit: OrgUnit | None = None
    is_active: bool = True


@transaction.atomic
def set_place(*, place: PunchPlace | None = None, facts: PlaceFacts, actor: Actor, now: datetime) -> PunchPlace:
    """Add a place, or change one. Errors: attendance.place.{name,position,radius,bssid,empty}."""
    row = PunchPlace() if place is None else _locked_place(place.id)
    actor.require(CHANGE)
    bssids = sorted({_bssid(one) for one in facts.bssids})
    _check(facts, bssids, row)
    for field in fields(facts):
        setattr(row, field.name, getattr(facts, field.name))
    row.name, row.bssids = facts.name.strip(), bssids
    row.save()
    verb = "add" if place is None else "change"
    record(actor=actor, action=f"attendance.place.{verb}", subject=row, new=_shown(row), now=now)
    return row


@transaction.atomic
def set_mobile_rules(*, mobile_punches: str, other_phones: str, actor: Actor, now: datetime) -> AttendanceSettings:
    """Who may stamp by phone, and with which. Errors: attendance.settings.missing."""
    row: AttendanceSettings = AttendanceSettings.objects.select_for_update().get(id=current_settings().id)
    actor.require(CHANGE)
    old = {name: getattr(row, name) for name in RULES}
    row.mobile_punches, row.other_phones = mobile_punches, other_phones
    row.save(update_fields=RULES)
    new = {"mobile_punches": mobile_punches, "other_phones": other_phones}
    record(actor=actor, action="attendance.settings.change", subject=row, old=old, new=new, now=now)
    return row


@transaction.atomic
def register_phone(*, key: str, name: str, actor: Actor, now: datetime) -> Phone:
    """Make one's own phone known. The first of a person is allowed at once, unless somebody else uses it too; all
    others wait for HR. key: what the app made up when it was installed.

    Errors: attendance.phone.{nobody,key}.
    """
    actor.require(STAMP)
    person = own_person(actor)
    if not SHORTEST_KEY <= len(key) <= 200:
        raise DomainError("attendance.phone.key", field="key", zh="手机标识须为 16 至 200 个字符。",
                          en="The key of a phone has 16 to 200 characters.")  # fmt: skip
    digest = key_digest(key)
    mine = Phone.objects.filter(employee=person)
    found: Phone | None = mine.filter(key=digest).first()
    if found is not None:
        return found
    first = not mine.exists() and not Phone.objects.filter(key=digest).exists()
    state = Phone.State.ALLOWED if first else Phone.State.WAITING
    made: Phone = Phone.objects.create(employee=person, key=digest, name=name[:80], state=state, first_used_at=now)
    new = {"employee": person.code, "name": made.name, "state": state}
    record(actor=actor, action="attendance.phone.add", subject=made, new=new, now=now)
    return made


@transaction.atomic
def decide_phone(*, phone: Phone, allow: bool, actor: Actor, now: datetime) -> Phone:
    """Allow a phone, or take that back."""
    row: Phone | None = Phone.objects.select_for_update(of=("self",), no_key=True).filter(id=phone.id).first()
    actor.require(CHANGE)
    if row is None:
        raise NotFound("attendance.phone", phone.id)
    old, row.state = {"state": row.state}, Phone.State.ALLOWED if allow else Phone.State.BLOCKED
    row.save(update_fields=["state"])
    verb = "activate" if allow else "deactivate"
    record(actor=actor, action=f"attendance.phone.{verb}", subject=row, old=old, new={"state": row.state}, now=now)
    return row


def own_person(actor: Actor) -> Employee:
    """Who the actor is. DomainError attendance.phone.nobody."""
    person: Employee | None = Employee.objects.filter(id=actor.employee_id).first()
    if person is None:
        raise DomainError("attendance.phone.nobody", status=403, zh="您的账号未关联员工，无法打卡。",
                          en="Your user belongs to no employee, so you cannot stamp.")  # fmt: skip
    return person


def key_digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _locked_place(place_id: int) -> PunchPlace:
    row: PunchPlace | None = PunchPlace.objects.select_for_update(no_key=True).filter(id=place_id).first()
    if row is None:
        raise NotFound("attendance.place", place_id)
    return row


def _bssid(text: str) -> str:
    """``AA-BB-CC-DD-EE-FF`` and ``aabb.ccdd.eeff`` are the same as ``aa:bb:cc:dd:ee:ff``."""
    digits = re.sub(r"[-:.\s]", "", text).lower()
    found = ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    if not _BSSID.fullmatch(found):
        raise _wrong("bssid", "bssids", f"“{text[:20]}”不是无线接入点地址，请写成 aa:bb:cc:dd:ee:ff。",
                     f"'{text[:20]}' is no access point; write aa:bb:cc:dd:ee:ff.")  # fmt: skip
    return found


def _check(facts: PlaceFacts, bssids: Sequence[str], row: PunchPlace) -> None:
    if PunchPlace.objects.filter(name=facts.name.strip()).exclude(id=row.id).exists():
        raise _wrong("name", "name", "已有同名地点。", "There is a place of this name already.")
    if (facts.latitude is None) != (facts.longitude is None):
        raise _wrong("position", "latitude", "纬度与经度须同时填写。", "Latitude and longitude go together.")
    if facts.latitude is not None and facts.longitude is not None and not (
        abs(facts.latitude) <= 90 and abs(facts.longitude) <= 180
    ):  # fmt: skip
        raise _wrong("position", "latitude", "纬度须在 ±90 之内，经度须在 ±180 之内。",
                     "Latitudes are within ±90, longitudes within ±180.")  # fmt: skip
    if not SMALLEST_RADIUS_M <= facts.radius_m <= LARGEST_RADIUS_M:
        raise _wrong("radius", "radius_m", "半径须为 10 米至 50 公里。", "A radius has 10 m to 50 km.")
    if facts.latitude is None and not bssids:
        raise _wrong("empty", "latitude", "请填写位置或无线接入点。", "Give a position or access points.")


def _shown(row: PunchPlace) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("name", "radius_m", "bssids", "is_active")}
    position = None if row.latitude is None else f"{row.latitude}, {row.longitude}"
    return values | {"position": position, "unit": row.unit_id}


def _wrong(word: str, field: str, zh: str, en: str) -> DomainError:
    return DomainError(f"attendance.place.{word}", field=field, zh=zh, en=en)
