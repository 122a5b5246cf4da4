"""Stamping by phone: the server's clock, the person's own phone, at a place of work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from django.db import transaction

from attendance.models import AttendanceSettings, Phone, Punch, PunchCheck, PunchPlace
from attendance.queries.punch_places import as_columns, places_of
from attendance.queries.setups import current_settings
from attendance.rules.punch_places import FLAGGED, NO_PLACE, Sightings, Trust, judge, to_gcj02
from attendance.services.punch_places import STAMP, key_digest, own_person
from attendance.services.punches import PunchRow, record_punches
from attendance.services.requests import entitled, require_employed
from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.tenancy.queries.tenants import current_tenant

SOURCE = "phone"


@dataclass(frozen=True)
class Sighting:
    """What the phone says of where it is. datum: of its coordinates."""

    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    datum: Literal["gcj02", "wgs84"] = "gcj02"
    bssid: str = ""
    phone_key: str = ""


@dataclass(frozen=True)
class _Verdict:
    trust: Trust
    place: PunchPlace | None
    distance_m: int | None


@transaction.atomic
def stamp(*, sighting: Sighting, actor: Actor, now: datetime) -> PunchCheck:
    """One's own punch, now. Where it is not at a place of work, or with another phone, it is refused or marked, as the
    tenant's settings say. The position is judged and forgotten: the distance is kept.

    Errors: attendance.mobile.{off,outside,phone}, attendance.phone.nobody, attendance.request.not_employed.
    """
    actor.require(STAMP)
    person, rules = own_person(actor), current_settings()
    if rules.mobile_punches == AttendanceSettings.MobilePunches.OFF:
        raise _refused("off", "贵公司未开放手机打卡。", "Your company has no punches by phone.")
    require_employed(person, now.astimezone(current_tenant().zone).date())
    found = _where(person, sighting, now)
    if found.trust >= FLAGGED and rules.mobile_punches == AttendanceSettings.MobilePunches.REFUSE:
        raise _outside(found)
    phone, allowed = _phone(person, sighting.phone_key, rules)
    trust = found.trust if allowed else Trust.OTHER_PHONE
    punch = _record(person, trust, actor, now)
    accuracy = None if sighting.accuracy_m is None else round(sighting.accuracy_m)
    facts = {"place": found.place, "phone": phone, "distance_m": found.distance_m, "accuracy_m": accuracy}
    check: PunchCheck
    check, _made = PunchCheck.objects.get_or_create(punch=punch, defaults=facts)
    return check


def _where(person: Employee, sighting: Sighting, now: datetime) -> _Verdict:
    """Against the person's places; where there are none, there is nothing to judge by."""
    rows = places_of(person, now.astimezone(current_tenant().zone).date())
    if not rows:
        return _Verdict(Trust.UNCHECKED, None, None)
    judged = judge(_column(sighting), as_columns(rows))
    place, distance = int(judged.place[0]), float(judged.distance_m[0])
    return _Verdict(
        Trust(int(judged.trust[0])), None if place == NO_PLACE else rows[place],
        None if math.isnan(distance) else round(distance),
    )  # fmt: skip


def _column(sighting: Sighting) -> Sightings:
    unknown = sighting.latitude is None or sighting.longitude is None
    latitude = np.array([np.nan if unknown else sighting.latitude], dtype=np.float64)
    longitude = np.array([np.nan if unknown else sighting.longitude], dtype=np.float64)
    if sighting.datum == "wgs84":
        latitude, longitude = to_gcj02(latitude, longitude)
    accuracy = np.array([sighting.accuracy_m or 0.0], dtype=np.float64)
    return Sightings(latitude, longitude, accuracy, [sighting.bssid.replace("-", ":")])


def _phone(person: Employee, key: str, rules: AttendanceSettings) -> tuple[Phone | None, bool]:
    """The phone, as far as it is known, and whether it may be used."""
    phone = Phone.objects.filter(employee=person, key=key_digest(key)).first() if key else None
    allowed = phone is not None and phone.state == Phone.State.ALLOWED
    if rules.other_phones == AttendanceSettings.OtherPhones.ALLOW:
        return phone, True
    if not allowed and rules.other_phones == AttendanceSettings.OtherPhones.REFUSE:
        raise _refused("phone", "此手机未获允许。请先登记，并由人事允许。",
                       "This phone is not allowed. Register it, and have HR allow it.")  # fmt: skip
    return phone, allowed


def _record(person: Employee, trust: Trust, actor: Actor, now: datetime) -> Punch:
    at = now.replace(microsecond=0)
    clerk = entitled(actor, "attendance.punch.change")
    record_punches(rows=[PunchRow(person.code, at, trust)], source=SOURCE, actor=clerk, now=now)
    punch: Punch = Punch.objects.get(employee=person, punched_at=at, source=SOURCE)
    return punch


def _outside(found: _Verdict) -> DomainError:
    if found.trust == Trust.UNLOCATED:
        return _refused("outside", "无法确定您的位置。请开启定位，或连接公司 Wi-Fi。",
                        "Where you are is not known. Turn location on, or join the company's Wi-Fi.")  # fmt: skip
    place, metres = found.place, found.distance_m
    return _refused("outside", f"您不在工作地点，距{place}约 {metres} 米。",
                    f"You are at no place of work: {metres} m from {place}.")  # fmt: skip


def _refused(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"attendance.mobile.{word}", zh=zh, en=en, status=409)
