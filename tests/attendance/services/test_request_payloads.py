"""What deciders read of requests as they are really made: nothing of the payload is left unsaid in either language."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from attendance.models import LeaveType, Punch, Shift
from attendance.services.corrections import NewCorrection, ask_correction
from attendance.services.day_results import compute_month
from attendance.services.leave_effects import Asked
from attendance.services.leave_requests import request_leave
from attendance.services.month_unlocks import ask_unlock
from attendance.services.months import lock_month
from attendance.services.overtime_effects import NewOvertime
from attendance.services.overtime_requests import ask_overtime
from attendance.services.punch_voids import ask_void
from attendance.services.rosters import assign_shift
from attendance.services.shift_swaps import NewSwap, ask_swap
from hrsaas.approvals.models import ApprovalRequest
from tests.attendance.conftest import MARCH, at

MONDAY, APRIL = date(2026, 3, 30), date(2026, 4, 6)


@pytest.fixture
def planned(team, stamp, leave_types, actor, now):
    for person, day, code in ((team.nurse, MONDAY, "A"), (team.nurse, APRIL, "A"), (team.mate, APRIL, None)):
        shift = Shift.objects.get(code=code) if code else None
        assign_shift(employee=person, day=day, shift=shift, actor=actor, now=now)
    stamp("E1", "2026-03-30T07:58")
    return team


def read(language: str) -> dict[str, str]:
    """The facts of the one request there is; no words of code, no JSON."""
    with override(language):
        facts = dict(ApprovalRequest.objects.get().facts)
    assert not [one for pair in facts.items() for one in pair if "{" in one or "None" in one or "_" in one]
    return facts


def test_a_correction_with_the_day_before_and_after(planned, now):
    wanted = NewCorrection(
        employee=planned.nurse, date=MONDAY, direction="out", punched_at=at("2026-03-30T16:02"), reason="忘记打卡"
    )
    ask_correction(wanted=wanted, actor=planned["nurse"], now=now)
    shown = read("en")
    assert (shown["Time of the punch"], shown["Direction"], shown["Evidence"]) == ("2026-03-30 16:02", "Going", "No")
    assert shown["Corrections of the month before this one"] == "0 / 3"
    assert "07:58–? → 07:58–16:02; Missing punch → Present" in shown["Effect"]
    assert set(read("zh-hans").values()) >= {"忘记打卡", "0 / 3"}


def test_a_punch_that_is_to_be_void(planned, now):
    ask_void(punch=Punch.objects.get(), reason="别人代打", actor=planned["nurse"], now=now)
    shown = read("en")
    assert (shown["Source"], shown["Reason"]) == ("door", "别人代打")
    assert shown["Punch that no longer counts"] == "2026-03-30 07:58"
    assert "07:58–? → –" in shown["Effect"]


def test_overtime_with_its_month(planned, now):
    asked = NewOvertime(
        employee=planned.nurse, date=MONDAY, start_minute=960, end_minute=1200, reason="手术", compensation="pay"
    )
    ask_overtime(asked=asked, actor=planned["nurse"], now=now)
    shown = read("en")
    assert (shown["Kind of day"], shown["From–until"], shown["For"]) == ("Working day", "16:00–20:00", "Pay")
    assert shown["Overtime of the month with it (hours)"] == "4:00 / 36:00"
    assert "4 hours of overtime on this day, above 3" in shown["To know"]
    assert "Month" not in shown


def test_overtime_of_a_locked_month_says_where_it_counts(planned, actor, now):
    compute_month(month=MARCH, actor=actor, now=now)
    lock_month(month=MARCH, actor=actor, now=now)
    asked = NewOvertime(employee=planned.nurse, date=MONDAY, minutes=60, reason="手术")
    ask_overtime(asked=asked, actor=planned["nurse"], now=now)
    assert read("en")["Month"] == "It is locked, so this counts in the next open one."
    assert read("zh-hans")["月份"] == "该月已锁定，将计入下一个未锁定的月份。"


def test_leave_and_a_trip(planned, now):
    kind = LeaveType.objects.filter(kind="travel").first()
    days = {"first_date": APRIL, "last_date": APRIL}
    asked = Asked(employee=planned.nurse, leave_type=kind, **days, reason="培训", destination="杭州")
    request_leave(asked=asked, actor=planned["nurse"], now=now)
    shown = read("en")
    assert (shown["Days"], shown["Destination"], shown["Quantity"]) == ("2026-04-06", "杭州", "1 days")
    assert read("zh-hans")["目的地"] == "杭州"


def test_a_swap_with_both_people_and_what_it_breaks(planned, actor, now):
    night = Shift.objects.get(code="N")
    assign_shift(employee=planned.mate, day=date(2026, 4, 5), shift=night, actor=actor, now=now)
    asked = NewSwap(employee=planned.nurse, other=planned.mate, date=APRIL, reason="孩子生病")
    ask_swap(asked=asked, actor=planned["nurse"], now=now)
    shown = read("en")
    assert shown["Gives the shift of"] == "2026-04-06 A"
    mate = shown["员工E2 (E2)"].splitlines()
    assert mate[0] == "2026-04-06: – → A"
    assert any("hours of rest between two shifts" in line for line in mate)
    assert "休息" in read("zh-hans")["员工E2 (E2)"]


def test_a_month_that_is_to_be_opened(planned, actor, now):
    compute_month(month=MARCH, actor=actor, now=now)
    lock_month(month=MARCH, actor=actor, now=now)
    ask_unlock(month=MARCH, reason="补卡", actor=planned["clerk"], now=now)
    assert read("en") == {"Month": "2026-03", "Reason": "补卡"}
    assert read("zh-hans") == {"月份": "2026-03", "原因": "补卡"}
