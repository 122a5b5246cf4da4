"""Hiring, one or many; digital workers; details. Wrong input is named, and then nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.people.models import Assignment, Employee
from hrsaas.people.queries.assignments import as_of
from hrsaas.people.queries.units import subtree_ids
from hrsaas.people.services.employees import (
    NewHire,
    change_details,
    change_owner,
    create_digital_worker,
    hire,
    hire_many,
    leave,
)
from hrsaas.tenancy.context import tenant_context
from tests.people.conftest import hiring


def row(number: int, **given) -> NewHire:
    usual = {
        "code": f"N{number:05}", "name": "李四", "unit": "shop", "position": "cashier", "hire_date": date(2026, 2, 1),
        "base_pay_fen": 400_000, "work_city": "上海",
    }  # fmt: skip
    return NewHire(**(usual | given))


class TestHire:
    def test_the_person_and_the_first_assignment_are_there(self, organisation, hired):
        employee = hired(
            name="单雄信", phone="13812345678", bank_account="6222021234567890", manager=hired(name="王店长")
        )
        employee = Employee.objects.get(id=employee.id)
        assignment = as_of(employee, date(2026, 1, 1))
        assert (employee.pinyin, employee.initials, employee.phone) == ("shan xiong xin", "sxx", "13812345678")
        assert (assignment.unit, assignment.end_date, assignment.base_pay_fen) == (organisation.shop, None, 500_000)
        assert assignment.manager.name == "王店长"
        assert as_of(employee, date(2025, 12, 31)) is None

    @pytest.mark.parametrize(
        ("given", "code", "field"),
        [
            ({"code": " "}, "people.employee.required", "code"),
            ({"name": ""}, "people.employee.required", "name"),
            ({"work_city": ""}, "people.employee.required", "work_city"),
            ({"name": "x" * 121}, "people.employee.too_long", "name"),
            ({"phone": "138\x00"}, "people.employee.bad_text", "phone"),
            ({"base_pay_fen": -1}, "people.assignment.pay", "base_pay_fen"),
            ({"base_pay_fen": 10**19}, "people.assignment.pay", "base_pay_fen"),
            ({"hire_date": date(1026, 1, 1)}, "people.employee.date", "hire_date"),
            ({"employment_type": "digital"}, "people.assignment.employment_type", "employment_type"),
        ],
    )
    def test_wrong_input_is_refused(self, hired, given, code, field):
        with pytest.raises(DomainError) as refused:
            hired(**given)
        assert (refused.value.code, refused.value.field) == (code, field)
        assert not Employee.objects.exists()

    def test_a_number_is_taken_once_per_tenant(self, hired, beta_organisation, tenant_b, actor, now):
        hired(code="E1")
        with tenant_context(tenant_b.id):
            hiring(beta_organisation, actor, now)(code="E1")
        with pytest.raises(DomainError) as refused:
            hired(code="E1")
        assert (refused.value.code, refused.value.status) == ("people.employee.code_taken", 409)

    def test_a_number_that_somebody_else_takes_at_the_same_moment_is_no_server_error(self, hired, monkeypatch):
        hired(code="E1")
        monkeypatch.setattr("hrsaas.people.services.employees._people", lambda rows: {})
        with pytest.raises(DomainError) as refused:
            hired(code="E1")
        assert refused.value.code == "people.employee.code_taken"

    def test_it_needs_the_permission_and_the_units_reach(self, organisation, actor, now):
        new = {
            "code": "E1", "name": "张三", "unit": organisation.office, "position": organisation.cashier,
            "hire_date": date(2026, 1, 1), "base_pay_fen": 0, "work_city": "上海", "now": now,
        }  # fmt: skip
        with pytest.raises(NotAllowed):
            hire(**new, actor=replace(actor, permissions=frozenset({"people.employee.view"})))
        with pytest.raises(DomainError) as refused:
            hire(**new, actor=replace(actor, unit_ids=subtree_ids([organisation.shop.id])))
        assert refused.value.status == 404

    def test_the_audit_entry_holds_neither_phone_nor_pay(self, hired):
        employee = hired(phone="13812345678", base_pay_fen=987_654)
        entry = Entry.objects.get(action="people.employee.hire")
        assert (entry.subject_id, entry.new["code"]) == (employee.id, employee.code)
        assert "987654" not in str(entry.new)
        assert "5678" not in str(entry.new)

    def test_another_tenants_unit_is_refused_by_the_database(self, organisation, beta_organisation, hired):
        with pytest.raises(IntegrityError), transaction.atomic():
            hired(unit=beta_organisation.shop)
            connection.check_constraints()


class TestHireMany:
    def test_all_are_hired_in_order_with_managers_among_themselves(self, organisation, actor, now):
        people = hire_many(rows=[row(1, manager="N00002"), row(2), row(3, manager="N00002")], actor=actor, now=now)
        assert [person.code for person in people] == ["N00001", "N00002", "N00003"]
        assert {one.manager_id for one in Assignment.objects.filter(employee__in=[people[0], people[2]])} == {
            people[1].id
        }

    def test_the_number_of_statements_does_not_grow(self, organisation, actor, now):
        counts = []
        for size, offset in ((1, 0), (500, 1000)):
            with CaptureQueriesContext(connection) as queries:
                hire_many(rows=[row(offset + i, phone="13812345678") for i in range(size)], actor=actor, now=now)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_every_fault_of_every_row_is_named_and_nothing_is_written(self, organisation, hired, actor, now):
        hired(code="E1")
        rows = [
            row(1), row(2, code="E1"), row(3, unit="nowhere", position="king"), row(4, code="N00001"),
            row(5, hire_date=date(9999, 1, 1), base_pay_fen=-5), row(6, manager="nobody"), row(7, manager="N00007"),
        ]  # fmt: skip
        with pytest.raises(DomainError) as refused:
            hire_many(rows=rows, actor=actor, now=now)
        found = {(fault["row"], fault["field"], fault["code"]) for fault in refused.value.extra["rows"]}
        assert found == {
            (0, "code", "people.employee.code_twice"), (1, "code", "people.employee.code_taken"),
            (2, "unit", "people.unit.unknown"), (2, "position", "people.position.unknown"),
            (3, "code", "people.employee.code_twice"), (4, "hire_date", "people.employee.date"),
            (4, "base_pay_fen", "people.assignment.pay"), (5, "manager", "people.manager.unknown"),
            (6, "manager", "people.manager.unknown"),
        }  # fmt: skip
        assert all(fault["zh"] and fault["en"] for fault in refused.value.extra["rows"])
        assert Employee.objects.count() == 1

    def test_another_tenants_units_and_people_are_unknown(self, db, in_alpha, beta_organisation, actor, now):
        with pytest.raises(DomainError) as refused:
            hire_many(rows=[row(1)], actor=actor, now=now)
        assert {fault["code"] for fault in refused.value.extra["rows"]} == {
            "people.unit.unknown", "people.position.unknown",
        }  # fmt: skip

    def test_one_audit_entry_with_count_and_digest_and_no_names(self, organisation, actor, now):
        hire_many(rows=[row(1), row(2)], actor=actor, now=now)
        entry = Entry.objects.get(action="people.employee.hire_many")
        assert entry.new["count"] == 2
        assert "李四" not in str(entry.new)
        assert "N00001" not in str(entry.new)

    def test_no_rows_are_no_work(self, organisation, actor, now):
        assert hire_many(rows=[], actor=actor, now=now) == []


class TestDigitalWorkers:
    @pytest.fixture
    def make(self, organisation, actor, now):
        def make(owner, **given):
            usual = {"code": "AI1", "name": "客服小智", "unit": organisation.shop, "position": organisation.cashier,
                     "start_date": date(2026, 2, 1), "work_city": "上海"}  # fmt: skip
            return create_digital_worker(**(usual | given), owner=owner, actor=actor, now=now)

        return make

    def test_it_is_a_member_of_a_unit_with_its_owner_as_manager_and_no_pay(self, organisation, hired, make):
        owner = hired()
        worker = make(owner)
        assignment = as_of(worker, date(2026, 2, 1))
        assert (worker.kind, worker.owner_id, assignment.manager_id) == ("digital", owner.id, owner.id)
        assert (assignment.unit, assignment.base_pay_fen, assignment.employment_type) == (
            organisation.shop,
            0,
            "digital",
        )

    def test_the_owner_is_a_person_who_is_employed(self, hired, make, actor, now):
        owner = hired()
        worker = make(owner)
        for unfit in (worker, hired(hire_date=date(2026, 3, 1))):
            with pytest.raises(DomainError) as refused:
                make(unfit, code="AI2")
            assert refused.value.code == "people.employee.owner_unfit"

    def test_the_database_refuses_one_without_an_owner(self, hired, make):
        worker = make(hired())
        with pytest.raises(IntegrityError, match="people_digital_has_owner"), transaction.atomic():
            Employee.objects.filter(id=worker.id).update(owner=None)

    def test_an_owner_leaves_only_after_handing_over(self, hired, make, actor, now):
        owner, heir = hired(), hired()
        worker = make(owner)
        with pytest.raises(DomainError) as refused:
            leave(employee=owner, leave_date=date(2026, 4, 1), actor=actor, now=now)
        assert refused.value.code == "people.employee.owns_digital"
        change_owner(worker=worker, owner=heir, actor=actor, now=now)
        leave(employee=owner, leave_date=date(2026, 4, 1), actor=actor, now=now)

    def test_a_person_has_no_owner(self, hired, actor, now):
        with pytest.raises(DomainError) as refused:
            change_owner(worker=hired(), owner=hired(), actor=actor, now=now)
        assert refused.value.code == "people.employee.owner_unfit"


class TestChangeDetails:
    def test_a_new_name_and_phone_are_found_and_the_old_ones_not(self, hired, actor, now):
        employee = hired(name="张三", phone="13800001111")
        changed = change_details(
            employee=employee, changes={"name": "曾四", "phone": "13922223333"}, actor=actor, now=now
        )
        assert (changed.pinyin, changed.version) == ("zeng si", 2)
        assert "zhangsan" not in changed.search_text

    def test_the_audit_entry_shows_masks(self, hired, actor, now):
        employee = hired(phone="13800001111")
        change_details(employee=employee, changes={"phone": "13922223333"}, actor=actor, now=now)
        entry = Entry.objects.get(action="people.employee.change_details")
        assert (entry.old, entry.new) == ({"phone": "138****1111"}, {"phone": "139****3333"})

    def test_nothing_new_changes_and_records_nothing(self, hired, actor, now):
        assert change_details(employee=hired(), changes={"name": "张三"}, actor=actor, now=now).version == 1
        assert not Entry.objects.filter(action="people.employee.change_details").exists()

    def test_the_bank_account_needs_the_right_to_pay(self, hired, actor, now):
        clerk = replace(actor, permissions=actor.permissions - {"people.pay.change"})
        employee = hired()
        change_details(employee=employee, changes={"name": "李四"}, actor=clerk, now=now)
        with pytest.raises(NotAllowed):
            change_details(employee=employee, changes={"bank_account": "6222"}, actor=clerk, now=now)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [({"kind": "digital"}, "people.employee.unknown_field"), ({"name": ""}, "people.employee.required")],
    )
    def test_wrong_input_is_refused(self, hired, actor, now, changes, code):
        with pytest.raises(DomainError) as refused:
            change_details(employee=hired(), changes=changes, actor=actor, now=now)
        assert refused.value.code == code

    def test_another_tenants_employee_is_not_there(self, hired, beta_organisation, tenant_b, actor, now):
        employee = hired()
        with tenant_context(tenant_b.id), pytest.raises(DomainError) as refused:
            change_details(employee=employee, changes={"name": "贼"}, actor=actor, now=now)
        assert refused.value.status == 404
