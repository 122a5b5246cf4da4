"""A newer version of a template comes without taking away what the tenant changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.models import AttendanceSettings, InstalledPack, Rotation, Shift
from attendance.packs.loader import load_pack
from attendance.rules.template_merge import Outcome
from attendance.services.pack_upgrades import compare_pack, upgrade_pack
from attendance.services.setups import install_pack, pack_content
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context


@pytest.fixture
def older(db, in_alpha, tenant_b, actor, now):
    """Alpha and beta have an older mining template: earlier early shift, no surface roster."""
    for tenant in (in_alpha, tenant_b):
        with tenant_context(tenant.id):
            install_pack(code="mining", actor=actor, now=now)
            _rewind()
    return InstalledPack.objects.get()


def _rewind() -> None:
    Shift.objects.filter(code="E").update(start_minute=420)
    Rotation.objects.filter(code="SURFACE").delete()
    installed = InstalledPack.objects.get()
    installed.content["shift:E"]["start_minute"] = 420
    del installed.content["rotation:SURFACE"]
    installed.version = 0
    installed.save()


def outcomes(comparison):
    return {item.key: item.outcome for item in comparison.differences}


def test_installing_keeps_what_the_template_said(db, in_alpha, actor, now):
    install_pack(code="mining", calendar="weekdays", actor=actor, now=now)
    installed = InstalledPack.objects.get()
    assert (installed.version, installed.calendar) == (load_pack("mining").version, "weekdays")
    assert installed.content == pack_content(load_pack("mining"), "weekdays")
    comparison = compare_pack(installed=installed)
    assert (comparison.differences, comparison.is_newer) == ((), False)


def test_a_comparison_names_what_is_new_and_what_is_ones_own(older):
    Shift.objects.filter(code="M").update(late_grace_minutes=9)
    assert outcomes(compare_pack(installed=older)) == {
        "shift:E.start_minute": Outcome.TAKEN,
        "shift:M.late_grace_minutes": Outcome.KEPT,
        "rotation:SURFACE.": Outcome.ADDED,
    }


def test_an_upgrade_brings_what_is_new_and_keeps_what_is_ones_own(older, actor, now, tenant_b):
    Shift.objects.filter(code="M").update(late_grace_minutes=9)
    upgrade_pack(installed=older, take=[], actor=actor, now=now)
    assert Shift.objects.get(code="E").start_minute == 450
    assert Shift.objects.get(code="M").late_grace_minutes == 9
    assert Rotation.objects.filter(code="SURFACE").exists()
    installed = InstalledPack.objects.get()
    assert installed.version == AttendanceSettings.objects.get().pack_version == load_pack("mining").version
    assert outcomes(compare_pack(installed=installed)) == {"shift:M.late_grace_minutes": Outcome.KEPT}
    with tenant_context(tenant_b.id):  # nothing happened to the other tenant
        assert Shift.objects.get(code="E").start_minute == 420
        assert InstalledPack.objects.get().version == 0


def test_in_a_conflict_ones_own_value_stays(older, actor, now):
    Shift.objects.filter(code="E").update(start_minute=440)
    assert outcomes(compare_pack(installed=older))["shift:E.start_minute"] == Outcome.CONFLICT
    upgrade_pack(installed=older, take=[], actor=actor, now=now)
    assert Shift.objects.get(code="E").start_minute == 440


def test_in_a_conflict_the_templates_value_can_be_chosen(older, actor, now):
    Shift.objects.filter(code="E").update(start_minute=440)
    upgrade_pack(installed=older, take=["shift:E.start_minute"], actor=actor, now=now)
    assert Shift.objects.get(code="E").start_minute == 450


def test_only_a_conflict_can_be_chosen(older, actor, now):
    with pytest.raises(DomainError) as refused:
        upgrade_pack(installed=older, take=["shift:M.start_minute"], actor=actor, now=now)
    assert (refused.value.code, refused.value.field) == ("attendance.pack.no_conflict", "take")
    assert InstalledPack.objects.get().version == 0


def test_changes_that_do_not_fit_together_are_refused_and_nothing_is_written(older, actor, now):
    Shift.objects.filter(code="E").update(end_minute=445)  # the template now begins later than that
    with pytest.raises(DomainError) as refused:
        upgrade_pack(installed=older, take=[], actor=actor, now=now)
    assert (refused.value.code, refused.value.status) == ("attendance.pack.contradiction", 409)


def test_an_upgrade_is_in_the_audit_trail_with_what_it_wrote(older, actor, now):
    Shift.objects.filter(code="M").update(late_grace_minutes=9)
    upgrade_pack(installed=older, take=[], actor=actor, now=now)
    entry = Entry.objects.filter(action="attendance.pack.upgrade").get()
    assert entry.new["written"]["shift:E"] == {"start_minute": 450}
    assert entry.new["kept"] == ["shift:M.late_grace_minutes"]
    upgrade_pack(installed=InstalledPack.objects.get(), take=[], actor=actor, now=now)
    assert Entry.objects.filter(action="attendance.pack.upgrade").count() == 1  # nothing was left to do


def test_a_shift_of_a_locked_month_stays_and_is_offered_again(people, close, actor, now):
    people(*(f"E{number}" for number in range(8)))
    close()
    Shift.objects.filter(code="A").update(late_grace_minutes=7)
    installed = InstalledPack.objects.get()
    installed.content["shift:A"]["late_grace_minutes"] = 7
    installed.version = 1
    installed.save()
    assert outcomes(compare_pack(installed=installed)) == {"shift:A.late_grace_minutes": Outcome.LOCKED}
    upgrade_pack(installed=installed, take=[], actor=actor, now=now)
    assert Shift.objects.get(code="A").late_grace_minutes == 7
    assert outcomes(compare_pack(installed=InstalledPack.objects.get())) != {}


def test_a_second_template_does_not_change_the_settings_of_the_main_one(older, actor, now):
    install_pack(code="office_flex", actor=actor, now=now)
    upgrade_pack(installed=InstalledPack.objects.get(code="mining"), take=[], actor=actor, now=now)
    settings = AttendanceSettings.objects.get()
    assert (settings.pack_code, settings.default_rotation.code) == ("office_flex", "OFFICE")


def test_a_template_that_is_shipped_no_more_is_named(older):
    older.code = "gone"
    with pytest.raises(DomainError) as refused:
        compare_pack(installed=older)
    assert (refused.value.code, refused.value.status) == ("attendance.pack.retired", 409)


def test_upgrading_needs_the_right_to_change_the_setup(older, actor, now):
    with pytest.raises(DomainError) as refused:
        upgrade_pack(installed=older, take=[], actor=replace(actor, permissions=frozenset()), now=now)
    assert refused.value.status == 403
