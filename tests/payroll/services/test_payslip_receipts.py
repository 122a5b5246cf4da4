"""Employees read, confirm and dispute the own payslip of a closed run; officers answer; all of it in the trail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hrsaas.access.actors import Actor, Origin
from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, Role
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from payroll.models import PayslipDispute, PayslipReceipt
from payroll.services.payslip_receipts import (
    answer_dispute,
    confirm_payslip,
    dispute_payslip,
    print_payslip,
    read_payslip,
)
from tests.payroll.conftest import JANUARY, Payroll, inside


@pytest.fixture
def closed(shop: Payroll) -> Payroll:
    for code in ("E1", "E2"):
        shop.hire(code)
        shop.full_month(code, JANUARY)
    shop.calculate(JANUARY)
    shop.lock(JANUARY)
    return shop


def employee(shop: Payroll, code: str) -> Actor:
    person = shop.slip(JANUARY, code).employee_id
    permissions = ROLE_PERMISSIONS[Role.EMPLOYEE]
    origin = Origin(via="api", ip="10.1.2.3")
    return Actor(label=code, permissions=permissions, employee_id=person, unit_ids=frozenset(), origin=origin)


def test_the_first_reading_counts_with_time_and_place(closed: Payroll) -> None:
    slip, mine = closed.slip(JANUARY, "E1"), employee(closed, "E1")
    first = read_payslip(slip=slip, actor=mine, now=closed.now)
    again = read_payslip(slip=slip, actor=mine, now=closed.now.replace(year=2030))
    assert (again.id, again.read_at, again.read_from) == (first.id, closed.now, "api 10.1.2.3")
    assert Entry.objects.filter(action="payroll.payslip.read", subject_id=slip.id).count() == 1


def test_confirming_is_noted_once(closed: Payroll) -> None:
    slip, mine = closed.slip(JANUARY, "E1"), employee(closed, "E1")
    for _time in range(2):
        receipt = confirm_payslip(slip=slip, actor=mine, now=closed.now)
    assert (receipt.confirmed_at, receipt.confirmed_from) == (closed.now, "api 10.1.2.3")
    assert Entry.objects.filter(action="payroll.payslip.confirm").count() == 1


@pytest.mark.parametrize("act", [read_payslip, confirm_payslip])
def test_nobody_reads_or_confirms_for_somebody_else(closed: Payroll, act: object) -> None:
    assert callable(act)
    for other in (employee(closed, "E2"), closed.officer("nosy")):
        with pytest.raises(DomainError) as refused:
            act(slip=closed.slip(JANUARY, "E1"), actor=other, now=closed.now)
        assert (refused.value.code, refused.value.status) == ("payroll.payslip.not_own", 403)
    assert PayslipReceipt.objects.count() == 0


def test_a_payslip_of_an_open_run_is_nobodys_yet(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    with pytest.raises(DomainError) as refused:
        confirm_payslip(slip=shop.slip(JANUARY, "E1"), actor=employee(shop, "E1"), now=shop.now)
    assert refused.value.code == "payroll.payslip.not_closed"


def test_a_dispute_is_answered_and_then_confirmed(closed: Payroll) -> None:
    slip, mine, by = closed.slip(JANUARY, "E1"), employee(closed, "E1"), {"now": closed.now}
    dispute = dispute_payslip(slip=slip, text=" 少了加班费 ", actor=mine, **by)
    assert (dispute.text, dispute.raised_from, dispute.is_open) == ("少了加班费", "api 10.1.2.3", True)
    for refused_act, code in ((confirm_payslip, "disputed"), (dispute_payslip, "dispute_open")):
        with pytest.raises(DomainError) as refused:
            more = {"text": "又少了"} if refused_act is dispute_payslip else {}
            refused_act(slip=slip, actor=mine, **more, **by)
        assert refused.value.code == f"payroll.payslip.{code}"
    answered = answer_dispute(dispute=dispute, answer="下月补发", actor=closed.officer("kind"), **by)
    assert (answered.answer, answered.is_open) == ("下月补发", False)
    assert confirm_payslip(slip=slip, actor=mine, **by).confirmed_at == closed.now
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {"payroll.payslip.dispute", "payroll.dispute.answer"} <= actions


def test_an_answer_is_an_officers_and_given_once(closed: Payroll) -> None:
    mine, by = employee(closed, "E1"), {"now": closed.now}
    dispute = dispute_payslip(slip=closed.slip(JANUARY, "E1"), text="?", actor=mine, **by)
    with pytest.raises(NotAllowed):
        answer_dispute(dispute=dispute, answer="ja", actor=mine, **by)
    answer_dispute(dispute=dispute, answer="ja", actor=closed.officer("kind"), **by)
    with pytest.raises(DomainError) as refused:
        answer_dispute(dispute=dispute, answer="nein", actor=closed.officer("kind"), **by)
    assert refused.value.code == "payroll.dispute.answered"
    with pytest.raises(DomainError) as empty:
        dispute_payslip(slip=closed.slip(JANUARY, "E1"), text="  ", actor=mine, **by)
    assert empty.value.code == "payroll.dispute.empty"


def test_the_own_payslip_is_printed_for_its_person_and_for_who_makes_files(closed: Payroll) -> None:
    slip, by = closed.slip(JANUARY, "E1"), {"layout": "a4", "now": closed.now}
    assert print_payslip(slip=slip, actor=employee(closed, "E1"), **by).startswith(b"%PDF")
    assert PayslipReceipt.objects.get().payslip_id == slip.id
    assert print_payslip(slip=slip, actor=closed.officer("files"), **by).startswith(b"%PDF")
    manager = replace(employee(closed, "E2"), permissions=frozenset({"payroll.payslip.view"}), unit_ids=None)
    with pytest.raises(NotAllowed):
        print_payslip(slip=slip, actor=manager, **by)
    assert Entry.objects.filter(action="payroll.payslip.print").count() == 2


def test_another_tenant_sees_no_receipt(closed: Payroll, ward: Payroll) -> None:
    dispute_payslip(slip=closed.slip(JANUARY, "E1"), text="?", actor=employee(closed, "E1"), now=closed.now)
    with inside(ward):
        assert PayslipReceipt.objects.count() == PayslipDispute.objects.count() == 0
