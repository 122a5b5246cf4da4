"""Corrections: shown before, asked within limits, appended on approval, never an edit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from attendance.models import (
    AttendanceSettings,
    Correction,
    CorrectionFile,
    DayResult,
    Punch,
    PunchBatch,
    Shift,
    Status,
    Timesheet,
)  # fmt: skip
from attendance.services.corrections import (
    Evidence,
    NewCorrection,
    ask_correction,
    open_evidence,
    preview_correction,
    withdraw_correction,
)  # fmt: skip
from attendance.services.day_results import compute_month
from attendance.services.rosters import assign_shift
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH, at
from tests.attendance.requests_team import settle

DAY = date(2026, 3, 23)
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


@pytest.fixture
def forgot(team, stamp, actor, now):
    """The nurse forgot to punch out on a day shift; March is computed and open."""
    assign_shift(employee=team.nurse, day=DAY, shift=Shift.objects.get(code="A"), actor=actor, now=now)
    stamp("E1", "2026-03-23T07:58")
    compute_month(month=MARCH, actor=actor, now=now)
    assert DayResult.objects.get(employee=team.nurse, date=DAY).status == Status.MISSING_PUNCH
    return team


def wish(team, *, day=DAY, time="2026-03-23T16:02", direction="out", reason="忘记打卡"):
    return NewCorrection(employee=team.nurse, date=day, direction=direction, punched_at=at(time), reason=reason)


def refusal(call) -> DomainError:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        call()
    return refused.value


def test_the_effect_is_shown_before_and_nothing_is_written(forgot, now):
    before = Punch.objects.count(), list(DayResult.objects.order_by("id").values())
    seen = preview_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    assert (Punch.objects.count(), list(DayResult.objects.order_by("id").values())) == before
    assert not Correction.objects.exists() and not ApprovalRequest.objects.exists()
    (day,) = seen.days
    assert (seen.used, seen.limit, day.date) == (0, 3, DAY)
    assert (day.before["status"], day.before["worked_minutes"], day.before["last_out"]) == ("missing_punch", 0, "")
    assert (day.after["status"], day.after["worked_minutes"]) == ("present", 482)
    assert day.after["last_out"] == "2026-03-23T16:02"


def test_what_was_shown_is_what_the_approval_brings(forgot, now):
    (shown,) = preview_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now).days
    asked = ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    request = ApprovalRequest.objects.get()
    assert request.payload["effect"][0]["after"] == shown.after
    settle(asked, forgot["boss"], now)
    row = DayResult.objects.get(employee=forgot.nurse, date=DAY)
    assert (row.status, row.worked_minutes) == (Status.PRESENT, shown.after["worked_minutes"])
    assert Timesheet.objects.get(employee=forgot.nurse).worked_minutes == row.worked_minutes


def test_approved_it_is_a_punch_beside_those_of_the_devices(forgot, now):
    device = list(Punch.objects.values())
    asked = ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    assert Punch.objects.count() == 1, "nothing before the approval"
    settle(asked, forgot["boss"], now)
    asked.refresh_from_db()
    assert (asked.state, asked.punch.source, asked.decided_by) == ("approved", "correction", forgot["boss"].label)
    assert asked.punch.punched_at == at("2026-03-23T16:02")
    assert list(Punch.objects.exclude(source="correction").values()) == device
    assert PunchBatch.objects.get(source="correction").late == 0


def test_rejected_and_withdrawn_ones_are_marked_and_bring_no_punch(forgot, now):
    first = ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    settle(first, forgot["boss"], now, approve=False)
    second = ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    withdraw_correction(correction=second, actor=forgot["nurse"], now=now)
    assert list(Correction.objects.order_by("id").values_list("state", flat=True)) == ["rejected", "withdrawn"]
    assert Punch.objects.count() == 1
    error = refusal(lambda: withdraw_correction(correction=second, actor=forgot["nurse"], now=now))
    assert (error.code, error.status) == ("attendance.request.decided", 409)
    verbs = Entry.objects.filter(action__startswith="attendance.correction.").order_by("id")
    expected = ["ask", "reject", "ask", "withdraw"]
    assert [action.rpartition(".")[2] for action in verbs.values_list("action", flat=True)] == expected


def test_the_limit_of_the_month_counts_waiting_and_approved_ones(forgot, now):
    times = ["2026-03-24T08:00", "2026-03-25T08:00", "2026-03-26T08:00"]
    rows = [
        ask_correction(wanted=wish(forgot, day=at(time).date(), time=time), actor=forgot["nurse"], now=now)
        for time in times
    ]
    settle(rows[0], forgot["boss"], now)
    error = refusal(lambda: ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now))
    assert (error.code, error.status) == ("attendance.request.limit", 409)
    assert "3" in error.zh and "3" in error.en
    settle(rows[1], forgot["boss"], now, approve=False)
    ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    assert preview_correction(
        wanted=wish(forgot, time="2026-03-23T16:30"), actor=forgot["nurse"], now=now
    ).used == 3  # fmt: skip


def test_the_limit_is_the_tenants(forgot, now):
    AttendanceSettings.objects.update(correction_limit=0)
    error = refusal(lambda: ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now))
    assert error.code == "attendance.request.limit"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"time": "2026-04-01T09:01", "day": date(2026, 4, 1)}, "not_yet"),
        ({"time": "2026-02-20T08:00", "day": date(2026, 2, 20)}, "too_old"),
        ({"time": "2026-03-25T08:00"}, "far_from_day"),
        ({"reason": " "}, "empty"),
    ],
)
def test_what_is_refused(forgot, now, change, code):
    error = refusal(lambda: ask_correction(wanted=wish(forgot, **change), actor=forgot["nurse"], now=now))
    assert error.code == f"attendance.request.{code}"
    assert not Correction.objects.exists()


def test_the_same_punch_is_asked_for_once(forgot, now):
    ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    assert refusal(
        lambda: ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    ).code == "attendance.request.twice"  # fmt: skip


def test_a_locked_month_refuses_and_says_what_to_do(forgot, close, now):
    close()
    error = refusal(lambda: ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now))
    assert (error.code, error.status) == ("attendance.request.locked", 409)
    assert "two people" in error.en and "next pay run" in error.en
    assert "解锁" in error.zh and "补发补扣" in error.zh


def test_a_month_locked_meanwhile_keeps_the_request_waiting(forgot, close, now):
    asked = ask_correction(wanted=wish(forgot), actor=forgot["nurse"], now=now)
    close()
    assert refusal(lambda: settle(asked, forgot["boss"], now)).code == "attendance.request.locked"
    asked.refresh_from_db()
    assert (asked.state, ApprovalRequest.objects.get().state) == ("waiting", "pending")
    assert not Punch.objects.filter(source="correction").exists()


def test_one_asks_for_oneself_and_a_clerk_for_everybody(forgot, now):
    error = refusal(lambda: ask_correction(wanted=wish(forgot), actor=forgot["mate"], now=now))
    assert error.status == 404
    ask_correction(wanted=wish(forgot), actor=forgot["clerk"], now=now)


def test_nobody_approves_what_is_about_himself(forgot, people, now):
    """A clerk asked for somebody without a manager: HR decides, but not an HR admin who is that person."""
    from hrsaas.access.actors import Origin
    from hrsaas.access.queries.actors import actor_for_user
    from hrsaas.access.rules.permissions import Role
    from tests.factories import make_user

    (alone,) = people("E9")
    wanted = NewCorrection(alone, DAY, "in", at("2026-03-23T08:00"), "出差")
    asked = ask_correction(wanted=wanted, actor=forgot["clerk"], now=now)
    himself = actor_for_user(make_user(Role.HR_ADMIN, now=now, employee=alone), Origin())
    assert refusal(lambda: settle(asked, himself, now)).code == "attendance.request.own"
    settle(asked, forgot["hr"], now)


def test_evidence_is_kept_encrypted_and_each_look_is_in_the_trail(forgot, now):
    asked = ask_correction(
        wanted=wish(forgot), evidence=Evidence("门口.png", PNG), actor=forgot["nurse"], now=now
    )  # fmt: skip
    assert PNG not in bytes(CorrectionFile.objects.get().content)
    file, content = open_evidence(correction=asked, actor=forgot["boss"], now=now)
    assert (content, file.content_type, file.file_name) == (PNG, "image/png", "门口.png")
    assert Entry.objects.filter(action="attendance.evidence.download").count() == 1


def test_evidence_is_what_it_says(forgot, now):
    for content in (b"<html>", b"\x89PNG\r\n\x1a\n" + bytes(5 * 1024 * 1024)):
        error = refusal(
            lambda content=content: ask_correction(
                wanted=wish(forgot), evidence=Evidence("a.png", content), actor=forgot["nurse"], now=now
            )
        )
        assert error.code == "attendance.request.file"
    assert not Correction.objects.exists()


def test_the_morning_end_of_a_night_shift_belongs_to_the_day_before(team, stamp, actor, now):
    night = date(2026, 3, 24)
    assign_shift(employee=team.nurse, day=night, shift=Shift.objects.get(code="N"), actor=actor, now=now)
    assign_shift(employee=team.nurse, day=night + timedelta(days=1), shift=None, actor=actor, now=now)
    stamp("E1", "2026-03-24T22:55")
    wanted = wish(team, day=night, time="2026-03-25T08:01")
    (day,) = preview_correction(wanted=wanted, actor=team["nurse"], now=now).days
    assert (day.date, day.after["status"], day.after["last_out"]) == (night, "present", "2026-03-25T08:01")


def test_the_other_tenant_sees_nothing_of_it(forgot, now, tenant_b):
    ask_correction(wanted=wish(forgot), evidence=Evidence("a.png", PNG), actor=forgot["nurse"], now=now)
    with tenant_context(tenant_b.id):
        assert not Correction.objects.exists() and not CorrectionFile.objects.exists()
        assert AttendanceSettings.objects.get().correction_limit == 3
