"""Shifts, rotations and settings in the admin: forms, the drawn preview, and who may."""

from __future__ import annotations

import pytest

from attendance.models import AttendanceSettings, RosterPolicy, Rotation, Shift
from attendance.queries.roster_policies import load_policy
from attendance.queries.setups import current_settings
from attendance.rules.roster_checks import Regime
from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context

ADMIN = "/admin/attendance/"
FORM = {
    "code": "DAY", "name": "白班", "start_minute": "08:00", "end_minute": "17:00",
    "breaks": "12:00-13:00, 15:00-15:15*",
    "segments": "", "punch_mode": "0", "window_before_minutes": "60", "window_after_minutes": "120",
    "duplicate_minutes": "3", "late_grace_minutes": "5", "early_grace_minutes": "0", "late_starts": "21:00-10:00",
    "length_breaks": "540:30", "round_in_minutes": "1", "round_in_direction": "1", "round_out_minutes": "1",
    "round_out_direction": "0", "alternatives": "", "half_absent_below_minutes": "0", "absent_below_minutes": "0",
    "overtime_source": "2", "overtime_minimum_minutes": "30", "overtime_step_minutes": "30", "overtime_after": "on",
    "night_start_minute": "22:00", "night_end_minute": "06:00+1",
}  # fmt: skip


@pytest.fixture
def browser(hospital, client_for, actor, now):
    def make(role="attendance_clerk", language="en"):
        user = create_user(
            email=f"{role}@alpha.example", name=role, password=None, roles=[role], language=language, actor=actor,
            now=now,
        )  # fmt: skip
        return client_for(hospital, user, headers={"Accept-Language": language})

    return make


def page(client, path, data=None) -> str:
    response = client.get(f"{ADMIN}{path}") if data is None else client.post(f"{ADMIN}{path}", data, follow=True)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def action(client, path, name) -> str:
    """The address of a button on a page."""
    found = [part.split('"')[0] for part in page(client, path).split('href="') if name in part.split('"')[0]]
    return found[0].removeprefix(ADMIN)


def test_a_shift_is_entered_as_people_write_it_and_shown_as_it_is_changed(browser):
    client = browser()
    page(client, action(client, "shift/", "enter"), FORM)
    shift = Shift.objects.get(code="DAY")
    assert shift.breaks == [
        {"start_minute": 720, "end_minute": 780, "paid": False}, {"start_minute": 900, "end_minute": 915, "paid": True},
    ]  # fmt: skip
    assert shift.late_starts == [{"left_from_minute": 1260, "start_until_minute": 600}]
    assert (shift.length_breaks, shift.overtime_source, shift.night_end_minute) == (
        [{"above_minutes": 540, "minutes": 30}], 2, 1800,
    )  # fmt: skip
    shown = page(client, f"shift/{shift.pk}/change/")
    assert "<svg" in shown and "08:00–17:00" in shown
    edit = action(client, f"shift/{shift.pk}/change/", "edit")
    form = page(client, edit)
    assert 'value="12:00-13:00, 15:00-15:15*"' in form and 'value="06:00+1"' in form
    data = {name: value for name, value in FORM.items() if name != "code"}
    page(client, edit, {**data, "late_grace_minutes": "9", "start_date": ""})
    assert Shift.objects.get(code="DAY").late_grace_minutes == 9
    with tenant_context(2):
        assert not Shift.objects.filter(code="DAY", name="白班").exists()


def test_a_form_that_contradicts_itself_comes_back_with_the_reason_at_the_field(browser):
    client = browser(language="zh-hans")
    enter = action(client, "shift/", "enter")
    assert "结束时间须晚于开始时间" in page(client, enter, {**FORM, "end_minute": "07:00"})
    assert "不是时间" in page(client, enter, {**FORM, "start_minute": "soon"})
    assert not Shift.objects.filter(code="DAY", name="白班").exists()


def test_the_preview_draws_or_says_what_is_wrong_and_writes_nothing(browser):
    client = browser()
    assert "480 minutes due a day" in page(client, "shift/check/", FORM)
    assert "<svg" in page(client, "shift/check/", FORM)
    wrong = page(client, "shift/check/", {**FORM, "breaks": "07:00-09:00"})
    assert "<svg" not in wrong and "not before the start" in wrong
    assert "is no span" in page(client, "shift/check/", {**FORM, "breaks": "noon"})
    assert not Shift.objects.filter(code="DAY", name="白班").exists()
    assert browser("payroll_officer").post(f"{ADMIN}shift/check/", FORM).status_code in (403, 404)


def test_a_rotation_and_the_settings_are_changed_in_forms(browser):
    client = browser()
    page(client, action(client, "shift/", "enter"), FORM)
    page(client, action(client, "rotation/", "enter"), {
        "code": "NEW", "name": "新", "cycle": "DAY DAY - -", "crews": "2", "anchor_date": "2026-03-02",
    })  # fmt: skip
    rotation = Rotation.objects.get(code="NEW")
    assert (rotation.cycle, rotation.crews) == (["DAY", "DAY", "", ""], 2)
    settings = AttendanceSettings.objects.get()
    form = {
        "working_weekdays": ["0", "1", "2"], "national_calendar": "CN", "default_rotation": str(rotation.pk),
        "off_roster_source": "1", "off_roster_minimum_minutes": "30", "off_roster_step_minutes": "30",
        "late_free_count": "3", "late_free_minutes": "10", "late_tiers": "31=1 较长 / long\n61=2 很长",
    }  # fmt: skip
    page(client, action(client, f"attendancesettings/{settings.pk}/change/", "edit"), form)
    settings.refresh_from_db()
    assert (settings.working_weekdays, settings.default_rotation) == ([0, 1, 2], rotation)
    assert settings.late_tiers[0] == {"from_minutes": 31, "absent_half_days": 1, "name": "较长", "name_en": "long"}


def test_the_work_hour_regime_of_a_rotation_is_in_its_form(browser, actor, now):
    client = browser()
    rotation = Rotation.objects.filter(crews=1, follows_calendar=False).first() or Rotation.objects.first()
    form = {
        "name": rotation.name, "name_en": "", "cycle": " ".join(code or "-" for code in rotation.cycle),
        "crews": rotation.crews, "anchor_date": rotation.anchor_date, "start_date": "",
        **({"follows_calendar": "on"} if rotation.follows_calendar else {}),
    }  # fmt: skip
    RosterPolicy.objects.create(notice_days=5, regimes={"": {"kind": "flexible", "period": None}})
    edit = action(client, f"rotation/{rotation.pk}/change/", "edit")
    page(client, edit, {**form, "regime": "comprehensive/quarter"})
    row = RosterPolicy.objects.get()
    quarter = {"kind": "comprehensive", "period": "quarter"}
    assert (row.notice_days, row.regimes) == (5, {"": {"kind": "flexible", "period": None}, rotation.code: quarter})
    assert load_policy(current_settings()).regime_of(rotation.code) == Regime("comprehensive", "quarter")
    assert "Comprehensive, by quarter" in page(client, f"rotation/{rotation.pk}/change/")
    assert 'value="comprehensive/quarter" selected' in page(client, edit)
    page(client, edit, {**form, "regime": ""})
    assert RosterPolicy.objects.get().regimes == {"": {"kind": "flexible", "period": None}}
    with tenant_context(2):
        assert not RosterPolicy.objects.exists()
