"""Terms over time: never two at once, and as_of agrees with a naive model whatever happens in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.people.models import Assignment, Employee
from hrsaas.people.queries.assignments import as_of, segments
from hrsaas.people.queries.units import subtree_ids
from hrsaas.people.services.assignments import change_pay, leave, rehire, transfer
from hrsaas.tenancy.context import tenant_context
from tests.people.conftest import hiring

START = date(2026, 1, 1)


@pytest.fixture
def by(actor, now):
    return {"actor": actor, "now": now}


@pytest.fixture
def employee(hired) -> Employee:
    return hired()


class TestTransfer:
    def test_the_running_assignment_ends_and_the_next_begins(self, organisation, employee, by):
        day = date(2026, 3, 1)
        transfer(employee=employee, on_date=day, unit=organisation.till, work_city="苏州", **by)
        before, after = Assignment.objects.filter(employee=employee)
        assert (before.start_date, before.end_date, before.unit) == (START, day, organisation.shop)
        assert (after.start_date, after.end_date, after.unit, after.work_city) == (day, None, organisation.till, "苏州")
        assert (after.position, after.base_pay_fen) == (organisation.cashier, 500_000)

    def test_on_the_first_day_of_an_assignment_it_is_changed_in_place(self, organisation, employee, by):
        transfer(employee=employee, on_date=START, position=organisation.manager, **by)
        assert Assignment.objects.get(employee=employee).position == organisation.manager

    def test_before_a_planned_change_it_lasts_until_that_change(self, organisation, employee, by):
        transfer(employee=employee, on_date=date(2026, 6, 1), unit=organisation.till, **by)
        transfer(employee=employee, on_date=date(2026, 3, 1), unit=organisation.office, **by)
        ends = list(Assignment.objects.filter(employee=employee).values_list("start_date", "end_date"))
        assert ends == [(START, date(2026, 3, 1)), (date(2026, 3, 1), date(2026, 6, 1)), (date(2026, 6, 1), None)]

    def test_a_manager_is_kept_set_and_cleared(self, employee, hired, by):
        boss = hired()
        transfer(employee=employee, on_date=date(2026, 2, 1), manager=boss, **by)
        transfer(employee=employee, on_date=date(2026, 3, 1), work_city="苏州", **by)
        transfer(employee=employee, on_date=date(2026, 4, 1), manager=None, **by)
        managers = list(Assignment.objects.filter(employee=employee).values_list("manager_id", flat=True))
        assert managers == [None, boss.id, boss.id, None]

    @pytest.mark.parametrize(
        ("on_date", "given", "code"),
        [
            (date(2025, 12, 31), {"work_city": "苏州"}, "people.assignment.none"),
            (date(2026, 2, 1), {}, "people.assignment.unchanged"),
            (date(2026, 2, 1), {"work_city": "上海"}, "people.assignment.unchanged"),
            (date(2026, 2, 1), {"work_city": " "}, "people.employee.required"),
            (date(2026, 2, 1), {"base_pay_fen": -1}, "people.assignment.pay"),
            (date(2026, 2, 1), {"employment_type": "digital"}, "people.assignment.employment_type"),
            (date(2026, 2, 1), {"employment_type": "slave"}, "people.assignment.employment_type"),
        ],
    )
    def test_wrong_input_is_refused_and_nothing_is_half_written(self, employee, by, on_date, given, code):
        with pytest.raises(DomainError) as refused:
            transfer(employee=employee, on_date=on_date, **given, **by)
        assert refused.value.code == code
        assert Assignment.objects.get(employee=employee).end_date is None

    def test_nobody_is_his_own_manager(self, employee, by):
        with pytest.raises(DomainError) as refused:
            transfer(employee=employee, on_date=date(2026, 2, 1), manager=employee, **by)
        assert refused.value.code == "people.assignment.own_manager"

    def test_it_needs_the_permission_and_both_units_in_reach(self, organisation, employee, hired, actor, now):
        given = {"employee": employee, "on_date": date(2026, 2, 1), "unit": organisation.till, "now": now}
        with pytest.raises(NotAllowed):
            transfer(**given, actor=replace(actor, permissions=frozenset()))
        elsewhere = replace(actor, unit_ids=frozenset([organisation.till.id]))
        local = replace(actor, unit_ids=subtree_ids([organisation.shop.id]))
        for outside, who in ((given, elsewhere), (given | {"unit": organisation.office}, local)):
            with pytest.raises(DomainError) as refused:
                transfer(**outside, actor=who)
            assert refused.value.status == 404
        transfer(**given, actor=local)

    def test_another_tenants_employee_is_not_there(self, organisation, employee, beta_organisation, tenant_b, by):
        with tenant_context(tenant_b.id), pytest.raises(DomainError) as refused:
            transfer(employee=employee, on_date=date(2026, 2, 1), unit=beta_organisation.till, **by)
        assert refused.value.code == "people.employee.not_found"


class TestPay:
    def test_a_raise_begins_on_its_day_and_its_amounts_stay_out_of_the_audit_trail(self, employee, by):
        change_pay(employee=employee, on_date=date(2026, 3, 1), base_pay_fen=654_321, **by)
        assert as_of(employee, date(2026, 2, 28)).base_pay_fen == 500_000
        assert as_of(employee, date(2026, 3, 1)).base_pay_fen == 654_321
        entry = Entry.objects.get(action="people.pay.change")
        assert entry.new == {"on_date": "2026-03-01", "base_pay_fen": "***"}

    def test_it_needs_the_right_to_pay_before_it_tells_anything(self, employee, actor, now):
        clerk = replace(actor, permissions=actor.permissions - {"people.pay.change"})
        for change in (change_pay, transfer):
            with pytest.raises(NotAllowed):
                change(employee=employee, on_date=date(2026, 3, 1), base_pay_fen=500_000, actor=clerk, now=now)


class TestLeaveAndReturn:
    def test_the_last_assignment_ends_and_planned_ones_are_dropped(self, organisation, employee, by):
        transfer(employee=employee, on_date=date(2026, 6, 1), unit=organisation.till, **by)
        gone = leave(employee=employee, leave_date=date(2026, 5, 1), **by)
        assert gone.leave_date == date(2026, 5, 1)
        assert [(one.start_date, one.end_date) for one in Assignment.objects.filter(employee=employee)] == [
            (START, date(2026, 5, 1))
        ]
        assert (gone.status_on(date(2026, 4, 30)), gone.status_on(date(2026, 5, 1))) == ("active", "left")

    @pytest.mark.parametrize("day", [START, date(2025, 1, 1)])
    def test_nobody_leaves_before_the_first_day_is_over(self, employee, by, day):
        with pytest.raises(DomainError) as refused:
            leave(employee=employee, leave_date=day, **by)
        assert refused.value.code == "people.employee.dates"
        assert Assignment.objects.filter(employee=employee, end_date=None).exists()

    def test_nobody_leaves_twice(self, employee, by):
        leave(employee=employee, leave_date=date(2026, 5, 1), **by)
        with pytest.raises(DomainError) as refused:
            leave(employee=employee, leave_date=date(2026, 6, 1), **by)
        assert (refused.value.code, refused.value.status) == ("people.employee.already_left", 409)

    def test_somebody_comes_back_under_the_old_number(self, organisation, employee, by):
        terms = {"unit": organisation.till, "position": organisation.cashier, "base_pay_fen": 1, "work_city": "上海"}
        with pytest.raises(DomainError) as employed:
            rehire(employee=employee, hire_date=date(2026, 7, 1), **terms, **by)
        leave(employee=employee, leave_date=date(2026, 5, 1), **by)
        with pytest.raises(DomainError) as early:
            rehire(employee=employee, hire_date=date(2026, 4, 30), **terms, **by)
        rehire(employee=employee, hire_date=date(2026, 7, 1), **terms, **by)
        assert (employed.value.code, early.value.code) == (
            "people.employee.still_employed",
            "people.assignment.overlap",
        )
        found = [
            as_of(employee, day) and as_of(employee, day).unit for day in (START, date(2026, 6, 1), date(2026, 7, 1))
        ]
        assert found == [organisation.shop, None, organisation.till]


class TestTheDatabase:
    INSERT = """
        INSERT INTO people_assignment (tenant_id, employee_id, start_date, end_date, unit_id, position_id, work_city,
                                       cost_centre, employment_type, base_pay_fen)
        VALUES (%s, %s, %s, %s, %s, %s, '上海', '', 'full_time', %s)
    """

    def insert(self, organisation, employee, *, start="2027-01-01", end=None, pay=0, unit=None, tenant=1):
        unit_id = (unit or organisation.shop).id
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(self.INSERT, [tenant, employee.id, start, end, unit_id, organisation.cashier.id, pay])

    @pytest.mark.parametrize(
        ("given", "constraint"),
        [
            ({"start": "2026-05-01"}, "people_assignment_overlap"),
            ({"start": "2025-01-01", "end": "2026-01-02"}, "people_assignment_overlap"),
            ({"start": "2025-01-02", "end": "2025-01-02"}, "people_assignment_dates"),
            ({"start": "2025-01-01", "end": "2025-01-02", "pay": -1}, "people_assignment_pay"),
        ],
    )
    def test_it_refuses_what_raw_sql_tries(self, organisation, employee, given, constraint):
        with pytest.raises(IntegrityError, match=constraint):
            self.insert(organisation, employee, **given)

    def test_neighbours_do_not_overlap(self, organisation, employee):
        self.insert(organisation, employee, start="2025-01-01", end="2026-01-01")

    def test_it_refuses_another_tenants_unit_and_another_tenants_row(self, organisation, employee, beta_organisation):
        with pytest.raises(IntegrityError, match="unit_id"):
            self.insert(organisation, employee, start="2025-01-01", end="2025-02-01", unit=beta_organisation.shop)
        with pytest.raises(Exception, match="row-level security"):
            self.insert(organisation, employee, start="2025-01-01", end="2025-02-01", tenant=2)

    def test_an_overlap_that_python_did_not_see_is_no_server_error(self, organisation, employee, by, monkeypatch):
        # As when somebody else adds an assignment between our look and our write.
        leave(employee=employee, leave_date=date(2026, 5, 1), **by)
        self.insert(organisation, employee, start="2026-08-01")
        with pytest.raises(DomainError) as refused:
            rehire(
                employee=employee, hire_date=date(2026, 7, 1), unit=organisation.till, position=organisation.cashier,
                base_pay_fen=1, work_city="上海", **by,
            )  # fmt: skip
        assert (refused.value.code, refused.value.status) == ("people.assignment.overlap", 409)


DAYS = st.integers(0, 60).map(lambda offset: START + timedelta(days=offset))
STEPS = st.one_of(
    st.tuples(st.just("transfer"), DAYS, st.sampled_from(["office", "shop", "till"])),
    st.tuples(st.just("pay"), DAYS, st.integers(0, 3)),
    st.tuples(st.just("leave"), DAYS, st.none()),
    st.tuples(st.just("rehire"), DAYS, st.sampled_from(["office", "till"])),
)


class NaiveModel:
    """One cell per day; the slow and obvious way to say what every service promises."""

    HORIZON = 80

    def __init__(self) -> None:
        self.days: dict[date, tuple[str, int] | None] = {
            START + timedelta(days=offset): ("shop", 5) for offset in range(self.HORIZON)
        }
        self.changes = {START}
        self.hired, self.left = START, None

    def apply(self, kind: str, day: date, value: object) -> bool:
        """False if it must be refused."""
        return getattr(self, kind)(day, value)

    def _set(self, day: date, terms) -> bool:
        if self.days[day] is None or terms(self.days[day]) == self.days[day]:
            return False
        old_terms, new_terms = self.days[day], terms(self.days[day])
        end = min((one for one in self.changes if one > day), default=None)
        for each in self.days:
            if day <= each and (end is None or each < end) and self.days[each] is not None:
                self.days[each] = new_terms
        self.changes.add(day)
        return old_terms != new_terms

    def transfer(self, day, unit) -> bool:
        return self._set(day, lambda terms: (unit, terms[1]))

    def pay(self, day, pay) -> bool:
        return self._set(day, lambda terms: (terms[0], pay))

    def leave(self, day, _value) -> bool:
        if self.left is not None or day <= self.hired:
            return False
        self.days |= {each: None for each in self.days if each >= day}
        self.changes = {one for one in self.changes if one < day}
        self.left = day
        return True

    def rehire(self, day, unit) -> bool:
        if self.left is None or day < self.left:
            return False
        self.days |= {each: (unit, 7) for each in self.days if each >= day}
        self.changes |= {day, self.left}
        self.hired, self.left = day, None
        return True


@given(steps=st.lists(STEPS, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_as_of_and_segments_agree_with_the_naive_model(organisation, actor, now, steps):
    by = {"actor": actor, "now": now}
    with transaction.atomic():
        employee, model = hiring(organisation, actor, now)(base_pay_fen=5), NaiveModel()
        for kind, day, value in steps:
            expected = model.apply(kind, day, value)
            assert perform(organisation, employee, kind, day, value, by) == expected, (kind, day, value)
        compare(employee, organisation, model)
        transaction.set_rollback(True)


def perform(organisation, employee, kind, day, value, by) -> bool:
    try:
        with transaction.atomic():
            if kind == "transfer":
                transfer(employee=employee, on_date=day, unit=getattr(organisation, value), **by)
            elif kind == "pay":
                change_pay(employee=employee, on_date=day, base_pay_fen=value, **by)
            elif kind == "leave":
                leave(employee=employee, leave_date=day, **by)
            else:
                rehire(employee=employee, hire_date=day, unit=getattr(organisation, value), work_city="上海",
                       position=organisation.cashier, base_pay_fen=7, **by)  # fmt: skip
    except DomainError:
        return False
    return True


def compare(employee, organisation, model) -> None:
    names = {getattr(organisation, name).id: name for name in ("office", "shop", "till")}
    rows = list(Assignment.objects.filter(employee=employee))
    held = {day: [one for one in rows if one.holds_on(day)] for day in model.days}
    assert all(len(found) <= 1 for found in held.values())
    assert {
        day: (names[found[0].unit_id], found[0].base_pay_fen) if found else None for day, found in held.items()
    } == (model.days)
    day = START + timedelta(days=30)
    found = as_of(employee, day)
    assert (found and (names[found.unit_id], found.base_pay_fen)) == model.days[day]
    cut = segments(START, START + timedelta(days=model.HORIZON))
    covered = sum((one.end_date - one.start_date).days for one in cut)
    assert covered == sum(terms is not None for terms in model.days.values())
