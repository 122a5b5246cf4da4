"""A wrong punch: the day without it is shown before; approved, it is void and still there; undone, it counts again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.models import AttendanceSettings, Correction, DayResult, Punch, Shift, Status, Timesheet
from attendance.queries.day_explanations import explain
from attendance.services.corrections import (
    Evidence,
    NewCorrection,
    ask_correction,
    open_evidence,
    withdraw_correction,
)  # fmt: skip
from attendance.services.day_results import compute_month
from attendance.services.punch_voids import ask_void, preview_void, undo_void
from attendance.services.rosters import assign_shift
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH, at
from tests.attendance.requests_team import settle

DAY = date(2026, 3, 23)


@pytest.fixture
def wrong(team, stamp, actor, now):
    """On a day shift from 8 to 16 the nurse's card was stamped at 9:30 by herself, and at 7:00 by somebody else."""
    assign_shift(employee=team.nurse, day=DAY, shift=Shift.objects.get(code="A"), actor=actor, now=now)
    stamp("E1", "2026-03-23T07:00", "2026-03-23T09:30", "2026-03-23T16:00")
    compute_month(month=MARCH, actor=actor, now=now)
    return team


def punch(time="2026-03-23T07:00") -> Punch:
    return Punch.objects.get(punched_at=at(time))


def result(team) -> DayResult:
    return DayResult.objects.get(employee=team.nurse, date=DAY)


def refusal(call) -> DomainError:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        call()
    return refused.value


def ask(team, now, **more):
    given = {"reason": "别人代打", "actor": team["nurse"], "now": now, **more}
    return ask_void(punch=given.pop("punch", None) or punch(), **given)


def test_the_effect_is_shown_before_and_nothing_is_written(wrong, now):
    seen = preview_void(punch=punch(), actor=wrong["nurse"], now=now)
    assert not Correction.objects.exists() and not ApprovalRequest.objects.exists()
    (day,) = seen.days
    assert (seen.used, seen.limit, day.date) == (0, 3, DAY)
    assert (day.before["late_minutes"], day.after["late_minutes"]) == (0, 90)
    assert (day.before["first_in"], day.after["first_in"]) == ("2026-03-23T07:00", "2026-03-23T09:30")


def test_approved_it_counts_no_more_and_is_still_there(wrong, now):
    stamps = list(Punch.objects.order_by("id").values())
    (shown,) = preview_void(punch=punch(), actor=wrong["nurse"], now=now).days
    void = ask(wrong, now)
    assert ApprovalRequest.objects.get().payload["effect"][0]["after"] == shown.after
    assert result(wrong).late_minutes == 0, "nothing before the approval"
    settle(void, wrong["boss"], now)
    void.refresh_from_db()
    assert (void.state, void.voids, void.punch) == ("approved", punch(), None)
    assert list(Punch.objects.order_by("id").values()) == stamps
    assert (result(wrong).late_minutes, result(wrong).worked_minutes) == (90, shown.after["worked_minutes"])
    assert Timesheet.objects.get(employee=wrong.nurse).late_minutes == 90
    assert "07:00" not in str(explain(wrong.nurse.pk, DAY)), "the reason of the day does not name it"


def test_only_the_day_touched_is_written(wrong, now):
    void, later = ask(wrong, now), now + timedelta(minutes=5)
    settle(void, wrong["boss"], later)
    assert list(DayResult.objects.filter(computed_at=later).values_list("employee", "date")) == [(wrong.nurse.pk, DAY)]


def test_undone_it_counts_again(wrong, now):
    before = DayResult.objects.values().get(employee=wrong.nurse, date=DAY)
    void = ask(wrong, now)
    settle(void, wrong["boss"], now)
    assert refusal(lambda: undo_void(void=void, actor=wrong["boss"], now=now)).status == 403
    undo_void(void=void, actor=wrong["clerk"], now=now)
    after = DayResult.objects.values().get(employee=wrong.nurse, date=DAY)
    assert {**after, "computed_at": None} == {**before, "computed_at": None}
    assert refusal(lambda: undo_void(void=void, actor=wrong["clerk"], now=now)).code == "attendance.request.decided"
    ask(wrong, now)  # and may be voided once more
    verbs = Entry.objects.filter(action__contains=".void.").order_by("id").values_list("action", flat=True)
    assert "attendance.void.ask" in verbs


def test_rejected_and_withdrawn_ones_change_nothing(wrong, now):
    settle(ask(wrong, now), wrong["boss"], now, approve=False)
    withdrawn = withdraw_correction(correction=ask(wrong, now), actor=wrong["nurse"], now=now)
    assert withdrawn.state == "withdrawn"
    assert list(Correction.objects.order_by("id").values_list("state", flat=True)) == ["rejected", "withdrawn"]
    assert result(wrong).late_minutes == 0


def test_of_two_punches_in_one_minute_only_the_named_one_is_void(wrong, stamp, actor, now):
    stamp("E1", "2026-03-23T07:00", source="gate")
    settle(ask(wrong, now, punch=Punch.objects.get(source="gate")), wrong["boss"], now)
    assert result(wrong).late_minutes == 0, "that of the door counts"


def test_all_of_them_void_the_person_was_not_there(wrong, now):
    for one in Punch.objects.filter(employee=wrong.nurse):
        settle(ask(wrong, now, punch=one), wrong["boss"], now)
    assert (result(wrong).status, result(wrong).first_in) == (Status.ABSENT, None)


def test_it_counts_as_one_of_the_months_corrections(wrong, now):
    AttendanceSettings.objects.update(correction_limit=1)
    ask(wrong, now)
    wanted = NewCorrection(wrong.nurse, DAY, "in", at("2026-03-23T07:58"), "忘记打卡")
    assert refusal(lambda: ask_correction(wanted=wanted, actor=wrong["nurse"], now=now)).code.endswith(".limit")
    error = refusal(lambda: ask(wrong, now, punch=punch("2026-03-23T09:30")))
    assert (error.code, error.status) == ("attendance.request.limit", 409)


def test_what_is_refused(wrong, close, stamp, now):
    assert refusal(lambda: ask(wrong, now, reason=" ")).code == "attendance.request.empty"
    assert refusal(lambda: ask(wrong, now, actor=wrong["mate"])).status == 404
    stamp("E1", "2026-02-20T08:00")
    assert refusal(lambda: ask(wrong, now, punch=punch("2026-02-20T08:00"))).code == "attendance.request.too_old"
    waiting = ask(wrong, now)
    assert refusal(lambda: ask(wrong, now)).code == "attendance.request.twice"
    close()
    assert refusal(lambda: settle(waiting, wrong["boss"], now)).code == "attendance.request.locked"
    assert refusal(lambda: ask(wrong, now, punch=punch("2026-03-23T09:30"))).code == "attendance.request.locked"
    with pytest.raises(DatabaseError, match="attendance_correction_void_once"), transaction.atomic():
        Correction.objects.create(
            employee=wrong.nurse, date=DAY, direction="void", punched_at=now, voids=punch(), asked_at=now
        )


def test_evidence_comes_with_it(wrong, now):
    void = ask(wrong, now, evidence=Evidence("门口.pdf", b"%PDF-1.7 door"))
    _file, content = open_evidence(correction=void, actor=wrong["boss"], now=now)
    assert content == b"%PDF-1.7 door"


def test_the_morning_end_of_a_night_is_of_the_day_before(team, stamp, actor, now):
    night = date(2026, 3, 24)
    assign_shift(employee=team.nurse, day=night, shift=Shift.objects.get(code="N"), actor=actor, now=now)
    assign_shift(employee=team.nurse, day=night + timedelta(days=1), shift=None, actor=actor, now=now)
    stamp("E1", "2026-03-24T22:55", "2026-03-25T08:01")
    compute_month(month=MARCH, actor=actor, now=now)
    void = ask(team, now, punch=punch("2026-03-25T08:01"))
    assert void.date == night
    settle(void, team["boss"], now)
    assert DayResult.objects.get(employee=team.nurse, date=night).status == Status.MISSING_PUNCH


def test_computing_takes_as_many_statements_for_many_void_punches_as_for_one(wrong, actor, now):
    AttendanceSettings.objects.update(correction_limit=9)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            compute_month(month=MARCH, actor=actor, now=now)
        return len(queries)

    one, *others = Punch.objects.filter(employee=wrong.nurse)
    settle(ask(wrong, now, punch=one), wrong["boss"], now)
    statements()
    first = statements()
    for more in others:
        settle(ask(wrong, now, punch=more), wrong["boss"], now)
    statements()
    assert statements() == first


def test_the_other_tenant_keeps_its_punches(wrong, now, tenant_b):
    settle(ask(wrong, now), wrong["boss"], now)
    with tenant_context(tenant_b.id):
        assert not Correction.objects.exists()
