"""Stamping by phone: place, Wi-Fi, phone, and what becomes of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from attendance.models import Phone, Punch, PunchCheck, PunchPlace
from attendance.queries.today import marked_punches
from attendance.services.mobile_punches import Sighting, stamp
from attendance.services.punch_places import (
    PlaceFacts,
    decide_phone,
    register_phone,
    set_mobile_rules,
    set_place,
)
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.people.models import OrgUnit
from hrsaas.people.services.units import create_unit
from hrsaas.tenancy.context import tenant_context

WARD = PlaceFacts("住院楼", Decimal("31.240000"), Decimal("121.490000"), 200, ["AA-BB-CC-DD-EE-01"])
THERE, FAR = Sighting(31.2401, 121.4901, 20), Sighting(31.30, 121.49, 20)
KEY = "a-key-that-the-app-made-up"


@pytest.fixture
def nurse(team):
    return team["nurse"]


@pytest.fixture
def rules(team, now):
    def choose(mobile: str = "flag", phones: str = "allow") -> None:
        set_mobile_rules(mobile_punches=mobile, other_phones=phones, actor=team["clerk"], now=now)

    choose()
    return choose


@pytest.fixture
def ward(team, rules, actor, now) -> PunchPlace:
    with tenant_context(2):  # beta's place would take anybody
        set_place(facts=PlaceFacts("全国", Decimal("31.3"), Decimal("121.49"), 50_000), actor=actor, now=now)
    return set_place(facts=WARD, actor=team["clerk"], now=now)


def code_of(call) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


def test_a_stamp_at_the_place_is_a_punch_of_now(nurse, ward, now):
    check = stamp(sighting=THERE, actor=nurse, now=now)
    punch = Punch.objects.get(source="phone")
    assert (punch.employee.code, punch.punched_at, punch.is_flagged) == ("E1", now, False)
    assert (check.place, check.punch.trust, check.accuracy_m) == (ward, 2, 20)
    assert 10 < check.distance_m < 20


def test_outside_it_is_marked_or_refused_as_the_settings_say(nurse, ward, rules, team, now):
    check = stamp(sighting=FAR, actor=nurse, now=now)
    assert (check.punch.is_flagged, check.place, round(check.distance_m, -2)) == (True, ward, 6700)
    assert marked_punches(team["clerk"], now) == 1
    assert marked_punches(team["mate"], now) == 0
    rules("refuse")
    assert code_of(lambda: stamp(sighting=FAR, actor=nurse, now=now)) == "attendance.mobile.outside"
    assert code_of(lambda: stamp(sighting=Sighting(), actor=nurse, now=now)) == "attendance.mobile.outside"
    stamp(sighting=replace(FAR, bssid="aa:bb:cc:dd:ee:01"), actor=nurse, now=now + timedelta(minutes=1))
    rules("off")
    assert code_of(lambda: stamp(sighting=THERE, actor=nurse, now=now)) == "attendance.mobile.off"
    assert Punch.objects.filter(source="phone").count() == 2


def test_a_place_of_another_unit_does_not_count(nurse, ward, team, actor, now):
    other = create_unit(code="X", name="其他", actor=actor, now=now)
    set_place(place=ward, facts=replace(WARD, unit=other), actor=team["clerk"], now=now)
    assert stamp(sighting=THERE, actor=nurse, now=now).punch.trust == 0  # no place of hers: nothing to judge by
    set_place(place=ward, facts=replace(WARD, unit=OrgUnit.objects.get(code="U")), actor=team["clerk"], now=now)
    assert stamp(sighting=THERE, actor=nurse, now=now + timedelta(minutes=1)).punch.trust == 2


def test_the_position_is_not_kept(nurse, ward, now):
    stamp(sighting=FAR, actor=nurse, now=now)
    assert {field.name for field in PunchCheck._meta.fields} == {
        "id", "tenant", "punch", "place", "phone", "distance_m", "accuracy_m",
    }  # fmt: skip


def test_the_first_phone_is_allowed_and_a_second_or_a_shared_one_waits(nurse, ward, rules, team, now):
    first = register_phone(key=KEY, name="Mate 60", actor=nurse, now=now)
    again = register_phone(key=KEY, name="Mate 60", actor=nurse, now=now)
    second = register_phone(key=KEY + "2", name="", actor=nurse, now=now)
    shared = register_phone(key=KEY, name="Mate 60", actor=team["mate"], now=now)
    assert (first.state, again.id, second.state, shared.state) == ("allowed", first.id, "waiting", "waiting")
    rules("flag", "flag")
    sent = stamp(sighting=replace(THERE, phone_key=KEY), actor=team["mate"], now=now)
    assert (sent.punch.trust, sent.phone) == (13, shared)
    assert stamp(sighting=replace(THERE, phone_key=KEY), actor=nurse, now=now).punch.trust == 2
    rules("flag", "refuse")
    later = now + timedelta(minutes=1)
    for key in ("", "never seen before", KEY + "2"):
        assert code_of(lambda key=key: stamp(sighting=replace(THERE, phone_key=key), actor=nurse, now=later)) == (
            "attendance.mobile.phone"
        )
    decide_phone(phone=second, allow=True, actor=team["clerk"], now=now)
    assert stamp(sighting=replace(THERE, phone_key=KEY + "2"), actor=nurse, now=later).punch.trust == 2
    assert KEY not in Phone.objects.values_list("key", flat=True)


def test_only_people_stamp_and_only_for_themselves(ward, team, now):
    assert code_of(lambda: stamp(sighting=THERE, actor=team["hr"], now=now)) == "attendance.phone.nobody"
    with pytest.raises(NotAllowed):
        stamp(sighting=THERE, actor=replace(team["nurse"], permissions=frozenset()), now=now)


@pytest.mark.parametrize(("change", "code"), [
    ({"longitude": None}, "position"), ({"latitude": Decimal(91)}, "position"), ({"radius_m": 5}, "radius"),
    ({"bssids": ["zz"]}, "bssid"), ({"latitude": None, "longitude": None, "bssids": []}, "empty"), ({}, "name"),
])  # fmt: skip
def test_a_place_that_makes_no_sense_is_refused(ward, team, now, change, code):
    def make() -> None:
        set_place(facts=replace(WARD, **({"name": "新"} if change else {}), **change), actor=team["clerk"], now=now)

    assert code_of(make) == f"attendance.place.{code}"
