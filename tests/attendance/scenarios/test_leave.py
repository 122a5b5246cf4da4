"""Leave scenarios of another product, by id; the rest is answered in docs/leave_scenarios.md."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.models import LeaveEntry, LeaveLot
from attendance.queries.absences import absence_minutes
from attendance.queries.leave_balances import balances, usable_between
from attendance.rules.leave_accruals import AccrualDay, accrued
from attendance.rules.leave_entitlements import Career, Step, encashable, year_entitlement
from attendance.rules.leave_lots import carried
from attendance.services.leave_effects import Asked
from attendance.services.leave_grants import bring_up_to_date
from attendance.services.leave_ledger import (
    OpeningRow,
    adjust_balance,
    set_opening_balances,
)
from attendance.services.leave_requests import request_leave
from attendance.services.leave_types import save_leave_type
from attendance.services.overtime_credits import OvertimeRow, credit_overtime
from hrsaas.access.actors import Origin
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import decide
from hrsaas.errors import DomainError
from tests.attendance.stored_days import store_day
from tests.conftest import SHANGHAI
from tests.factories import make_user

YEAR = (date(2026, 1, 1), date(2027, 1, 1))
D = date(2026, 6, 1)
LAPSE = D - timedelta(days=84) + timedelta(days=90)  # carried days hold until the day before
FIRST, LAST, JOINING = AccrualDay.FIRST, AccrualDay.LAST, AccrualDay.JOINING


@pytest.fixture
def one(people):
    return people("E1")[0]


@pytest.fixture
def plain(leave_types, actor, now):
    """A leave with a balance that counts every day."""
    return save_leave_type(
        code="plain", values={"name": "假", "has_balance": True, "counting": "calendar"}, actor=actor, now=now
    )


@pytest.fixture
def allot(one, plain, actor, now):
    def make(days, first, end):
        adjust_balance(
            employee=one,
            leave_type=plain,
            amount=1000 * days,
            on=first,
            end_date=end,
            reason="分配",
            actor=actor,
            now=now,
        )

    return make


@pytest.fixture
def ask(one, plain, actor, now):
    def make(first, last, leave_type=plain, **more):
        return request_leave(asked=Asked(one, leave_type, first, last, **more), actor=actor, now=now)

    return make


@pytest.fixture
def approve(now):
    chief = actor_for_user(make_user(Role.HR_ADMIN, now=now), Origin())

    def make(request):
        pending = ApprovalRequest.objects.get(kind="attendance.leave", subject_id=request.pk)
        decide(request=pending, approve=True, comment="", actor=chief, now=now)

    return make


@pytest.fixture
def two_allocations(allot, actor, now):
    """15 of old, lapsed long ago; then 15 new and 15 carried, which lapse first."""
    allot(15, date(2024, 6, 1), date(2025, 6, 1))
    allot(15, D - timedelta(days=84), D + timedelta(days=101))
    allot(15, D - timedelta(days=84), LAPSE)


def figures(one, plain, on):
    (row,) = balances(on=on, employee_ids=[one.pk], type_ids=[plain.pk])
    return row


def refused(make, *args, **given):
    with pytest.raises(DomainError) as error:
        make(*args, **given)
    return error.value.code.removeprefix("attendance.leave.")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(date(2025, 12, 1), date(2025, 12, 3), id="FH-070-before"),
        pytest.param(date(2025, 12, 30), date(2026, 1, 2), id="FH-070-across"),
    ],
)
def test_leave_outside_what_was_allotted_is_refused(allot, ask, first, last):
    allot(15, *YEAR)
    assert refused(ask, first, last) == "not_enough"


@pytest.mark.parametrize("advance", [pytest.param(False, id="FH-071-refused"), pytest.param(True, id="FH-071-advance")])
def test_more_than_the_balance_only_in_advance(allot, ask, plain, actor, now, advance):
    allot(2, *YEAR)
    if advance:
        save_leave_type(code="plain", values={"most_advance": 1000}, actor=actor, now=now)
        plain.refresh_from_db()
        assert ask(D, D + timedelta(days=2)).amount == 3000
    else:
        assert refused(ask, D, D + timedelta(days=2)) == "not_enough"


@pytest.mark.parametrize("days", [pytest.param(3, id="FH-073"), pytest.param(4, id="FH-075")])
def test_every_day_of_an_approved_leave_is_one_of_absence(allot, ask, approve, one, days):
    allot(15, *YEAR)
    sunday = date(2026, 6, 7)
    request = ask(sunday, sunday + timedelta(days=days - 1))
    approve(request)
    found = absence_minutes([one.pk], sunday, sunday + timedelta(days=9), SHANGHAI)
    assert (request.amount, len(found["kind"])) == (1000 * days, days)


@pytest.mark.parametrize(
    ("first", "last", "parts", "outcome"),
    [
        pytest.param(1, 5, {}, "overlap", id="FH-078"),
        pytest.param(1, 5, {"first_part": "afternoon"}, "overlap", id="FH-080"),
        pytest.param(4, 7, {}, "overlap", id="FH-081-overlap"),
    ],
)
def test_overlaps_are_refused(allot, ask, first, last, parts, outcome):
    allot(15, *YEAR)
    ask(date(2026, 6, 1), date(2026, 6, 5))
    assert refused(ask, date(2026, 6, first), date(2026, 6, last), **parts) == outcome


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-081-other-half")])
def test_the_other_half_of_the_last_day_is_free(allot, ask, _id):
    allot(15, *YEAR)
    ask(date(2026, 6, 1), date(2026, 6, 5), last_part="morning")
    assert ask(date(2026, 6, 5), date(2026, 6, 7), first_part="afternoon").amount == 2500


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-079")])
def test_a_half_day_within_leaves_its_other_half_once(allot, ask, _id):
    """Ours is three requests: a leave has no hole."""
    allot(15, *YEAR)
    third = date(2026, 6, 3)
    ask(date(2026, 6, 1), date(2026, 6, 2))
    ask(third, third, first_part="morning", last_part="morning")
    ask(date(2026, 6, 4), date(2026, 6, 5))
    half = {"first_part": "afternoon", "last_part": "afternoon"}
    assert ask(third, third, **half).amount == 500
    assert refused(ask, third, third, **half) == "overlap"


@pytest.mark.parametrize(
    ("waiting", "fine"), [pytest.param(15, False, id="FH-084"), pytest.param(0, True, id="FH-084-no")]
)
def test_not_in_the_first_days(people, plain, leave_types, actor, now, waiting, fine):
    (joiner,) = people("E7", hire_date=D - timedelta(days=7))
    kind = save_leave_type(code="plain", values={"waiting_days": waiting, "has_balance": False}, actor=actor, now=now)
    asked = Asked(joiner, kind, D - timedelta(days=7), D - timedelta(days=3))
    if fine:
        assert request_leave(asked=asked, actor=actor, now=now).amount == 5000
    else:
        assert refused(request_leave, asked=asked, actor=actor, now=now) == "waiting"


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-085")])
def test_no_more_at_a_time_than_the_type_allows(allot, ask, plain, actor, now, _id):
    allot(10, *YEAR)
    save_leave_type(code="plain", values={"most_per_request": 3000}, actor=actor, now=now)
    plain.refresh_from_db()
    assert refused(ask, D, D + timedelta(days=4)) == "most_per_request"


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-087")])
def test_of_what_lapses_soon_only_its_days_can_be_used(two_allocations, one, plain, _id):
    assert figures(one, plain, D).remaining == 30_000
    assert usable_between(one.pk, plain, first=D, last=D + timedelta(days=8)) == 21_000


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-090")])
def test_between_two_allocations_there_is_nothing(two_allocations, one, plain, _id):
    between = balances(on=D - timedelta(days=85), employee_ids=[one.pk], type_ids=[plain.pk])
    assert sum(row.remaining for row in between) == 0


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-092")])
def test_carried_days_lapse_by_themselves(two_allocations, one, plain, actor, now, _id):
    assert figures(one, plain, LAPSE - timedelta(days=1)).remaining == 30_000
    bring_up_to_date(on=LAPSE, actor=actor, now=now)
    row = figures(one, plain, LAPSE)
    assert (row.granted, row.expired, row.taken, row.booked, row.remaining) == (30_000, 15_000, 0, 0, 15_000)


@pytest.mark.parametrize(
    ("before", "expired", "taken", "left"),
    [pytest.param(0, 14, 4, 12, id="FH-093"), pytest.param(16, 0, 20, 10, id="FH-094")],
)
def test_a_leave_across_the_lapse_uses_what_lapses_first(
    two_allocations, ask, approve, one, plain, actor, now, before, expired, taken, left
):
    last_day = LAPSE - timedelta(days=1)
    approve(ask(last_day - timedelta(days=before), last_day + timedelta(days=3)))
    bring_up_to_date(on=LAPSE + timedelta(days=3), actor=actor, now=now)
    row = figures(one, plain, LAPSE + timedelta(days=3))
    assert (row.granted, row.expired, row.taken, row.remaining) == (30_000, 1000 * expired, 1000 * taken, 1000 * left)


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-096")])
def test_lots_of_earlier_years_are_not_counted_again(two_allocations, one, plain, _id):
    assert figures(one, plain, LAPSE - timedelta(days=1)).granted == 30_000


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-098")])
def test_an_allotment_ends_after_it_begins(allot, _id):
    assert refused(allot, 1, date(2015, 9, 30), date(2015, 9, 1)) == "validity"


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-103")])
def test_carried_up_to_the_most_altogether(_id):
    assert carried(15_000, granted=25_000, most=10_000, most_total=30_000) == 5000


@pytest.mark.parametrize(("taken", "lapsed"), [pytest.param(3, [-2000], id="FH-106"), pytest.param(6, [], id="FH-107")])
def test_only_what_was_not_taken_lapses(allot, ask, actor, now, taken, lapsed):
    allot(5, D, LAPSE)
    allot(15, D, YEAR[1])
    ask(D, D + timedelta(days=2))
    if taken > 3:
        ask(D + timedelta(days=3), D + timedelta(days=taken - 1))
    bring_up_to_date(on=LAPSE, actor=actor, now=now)
    assert list(LeaveEntry.objects.filter(kind="expired").values_list("amount", flat=True)) == lapsed


@pytest.mark.parametrize(
    ("first", "second", "extra", "total"),
    [pytest.param(15, 40, 25, 40, id="FH-108"), pytest.param(15, 8, -7, 23, id="FH-111")],
)
def test_another_amount_is_a_movement_of_the_difference(allot, one, plain, actor, now, first, second, extra, total):
    if extra < 0:
        allot(15, *YEAR)
    for amount in (first, second):
        rows = [OpeningRow("E1", "plain", 1000 * amount)]
        set_opening_balances(rows=rows, on=YEAR[0], actor=actor, now=now)
    assert LeaveEntry.objects.filter(kind="opening").order_by("-id")[0].amount == 1000 * extra
    assert figures(one, plain, D).remaining == 1000 * total


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-112")])
def test_not_less_than_was_taken(ask, one, plain, actor, now, _id):
    set_opening_balances(rows=[OpeningRow("E1", "plain", 15_000)], on=YEAR[0], actor=actor, now=now)
    ask(D, D + timedelta(days=4))
    less = [OpeningRow("E1", "plain", 4000)]
    assert refused(set_opening_balances, rows=less, on=YEAR[0], actor=actor, now=now) == "not_enough"
    assert LeaveLot.objects.get(employee=one).remaining == 10_000


OLD = date(2000, 1, 1)


@pytest.mark.parametrize(
    ("annual", "day", "start", "on", "hired", "step", "expected"),
    [
        pytest.param(12_000, LAST, date(2026, 6, 1), date(2026, 6, 29), OLD, 0, 0, id="FH-113"),
        pytest.param(12_000, LAST, date(2026, 5, 1), date(2026, 6, 1), OLD, 0, 1000, id="FH-114"),
        pytest.param(12_000, LAST, date(2026, 4, 1), date(2026, 6, 30), OLD, 0, 3000, id="FH-115"),
        pytest.param(12_000, LAST, date(2026, 4, 1), date(2026, 5, 31), OLD, 0, 2000, id="FH-116"),
        pytest.param(12_000, JOINING, date(2026, 4, 1), date(2026, 6, 1), date(2026, 4, 1), 0, 3000, id="FH-117"),
        pytest.param(22_000, FIRST, date(2026, 1, 1), date(2026, 11, 1), OLD, 1000, 22_000, id="FH-119-after-11"),
        pytest.param(22_000, FIRST, date(2026, 1, 1), date(2026, 12, 1), OLD, 1000, 22_000, id="FH-119-after-12"),
        pytest.param(12_000, FIRST, date(2026, 5, 1), date(2026, 5, 31), OLD, 0, 1000, id="FH-122-at-first"),
        pytest.param(12_000, FIRST, date(2026, 5, 1), date(2026, 6, 1), OLD, 0, 2000, id="FH-122-after"),
        pytest.param(12_000, LAST, date(2026, 5, 31), date(2026, 5, 31), OLD, 0, 1000, id="FH-123-at-first"),
        pytest.param(12_000, LAST, date(2026, 5, 31), date(2026, 6, 30), OLD, 0, 2000, id="FH-123-after"),
        pytest.param(12_000, FIRST, date(2023, 1, 1), date(2023, 5, 16), date(2023, 3, 15), 0, 2548, id="FH-124"),
        pytest.param(12_000, JOINING, date(2026, 1, 1), date(2026, 5, 5), date(2026, 5, 6), 0, 0, id="FH-125"),
        pytest.param(6000, FIRST, date(2025, 10, 1), date(2026, 1, 1), OLD, 0, 2000, id="FH-127-at-start"),
        pytest.param(6000, FIRST, date(2025, 10, 1), date(2026, 7, 1), OLD, 0, 5000, id="FH-127-after"),
    ],
)  # fmt: skip
def test_what_has_accrued(annual, day, start, on, hired, step, expected):
    assert accrued(annual, start=start, on=on, day=day, hire_date=hired, step=step, cap=annual) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param(date(2026, 1, 1), 5000, id="FH-129-5-months"),
        pytest.param(date(2023, 7, 1), 30_000, id="FH-129-35-months"),
        pytest.param(date(2024, 7, 1), 20_000, id="FH-129-23-months"),
    ],
)
def test_what_has_accrued_over_years(start, expected):
    assert accrued(10_000, start=start, on=date(2026, 6, 15), day=FIRST, hire_date=OLD) == expected


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-128")])
def test_who_joins_after_a_quarter_has_three_quarters(_id):
    career = Career(OLD, date(2026, 4, 1))
    assert year_entitlement(career, [Step(0, 12_000)], year=2026) == 9000


@pytest.mark.parametrize(
    ("balance", "kept", "most", "days"),
    [
        pytest.param(10, 5, None, 5, id="FH-130"), pytest.param(7, 5, None, 2, id="FH-131"),
        pytest.param(7, 0, 3, 3, id="FH-132"),
    ],
)  # fmt: skip
def test_what_is_paid_out(balance, kept, most, days):
    assert encashable(balance, kept=kept, most=most) == days


@pytest.mark.parametrize("_id", [pytest.param(0, id="FH-134")])
def test_half_a_day_of_overtime_is_half_a_day_of_leave(one, leave_types, actor, now, _id):
    day = date(2026, 3, 7)
    store_day(one, day, now=now, kind=1, overtime_rest_day_minutes=240)
    credit = {"leave_type": leave_types["comp"], "actor": actor, "now": now}
    assert refused(credit_overtime, rows=[OvertimeRow("E1", day, 480)], **credit) == "not_worked"
    credit_overtime(rows=[OvertimeRow("E1", day, 240)], **credit)
    assert LeaveEntry.objects.get().amount == 240
