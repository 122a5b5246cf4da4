"""Nobody is paid twice by bank files, and what is held is paid once it is released."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.people.services.employees import change_details
from payroll.models import PayFile, Payment, PaymentHold, PayRun
from payroll.services import file_making
from payroll.services.pay_files import remove_expired, request_file
from payroll.services.payments import hold_payments, release_payment, void_file
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll, inside
from tests.payroll.services.test_pay_files import content_of, made

PEOPLE = ("P1", "P2", "P3")


@pytest.fixture
def closed(shop: Payroll) -> PayRun:
    for code in PEOPLE:
        shop.hire(code, bank_account="" if code == "P3" else f"622202123456789{code}")
        shop.full_month(code, JANUARY)
    shop.calculate(JANUARY)
    return shop.lock(JANUARY)


def by(shop: Payroll) -> dict[str, Any]:
    return {"actor": shop.officer("files"), "now": shop.now}


def hold(shop: Payroll, code: str = "P1", **more: Any) -> PaymentHold:
    employee = shop.slip(JANUARY, code).employee
    given = {"month": JANUARY, "reason": "离职手续未办结"} | more
    return hold_payments(employee=employee, **given, **by(shop))[0]


def paid_in(shop: Payroll, file: PayFile) -> list[str]:
    rows = csv.reader(io.StringIO(content_of(shop, file).decode("gb18030")))
    return [row[2].removeprefix("员工") for row in rows if row[0].isdecimal()]


def bank(shop: Payroll, run: PayRun) -> PayFile:
    return made(shop, run, "bank", layout="icbc")


def test_a_held_payment_is_listed_and_stays_out_until_a_later_file_pays_it_once(shop: Payroll, closed: PayRun) -> None:
    held = hold(shop)
    first = bank(shop, closed)
    assert paid_in(shop, first) == ["P2"]
    (note,) = [one for one in first.notes if one["code"] == "P1"]
    assert note["zh"].endswith("：离职手续未办结")
    release_payment(hold=held, note="已办结", **by(shop))
    second = bank(shop, closed)
    assert paid_in(shop, second) == ["P1"]
    assert second.id != first.id
    again = request_file(run=closed, kind="bank", options={"layout": "icbc"}, **by(shop))
    assert again.id == second.id, "nobody is left to be paid"
    assert Payment.objects.count() == 2


def test_whoever_gets_an_account_later_is_paid_alone_by_a_later_file(shop: Payroll, closed: PayRun) -> None:
    assert paid_in(shop, bank(shop, closed)) == ["P1", "P2"]
    late = shop.slip(JANUARY, "P3").employee
    change_details(employee=late, changes={"bank_account": "6222"}, actor=shop.actor, now=shop.now)
    assert paid_in(shop, bank(shop, closed)) == ["P3"]


def test_the_database_refuses_a_payment_in_two_files(shop: Payroll, closed: PayRun) -> None:
    bank(shop, closed)
    there = Payment.objects.first()
    assert there is not None
    with pytest.raises(IntegrityError, match="payroll_payment_once"), transaction.atomic():
        Payment.objects.create(payslip=there.payslip, file_id=there.file_id + 1, amount_fen=1)


def test_files_of_a_run_add_up_to_its_net_pay_with_what_is_left_out(shop: Payroll, closed: PayRun) -> None:
    held = hold(shop)
    files = [bank(shop, closed)]
    release_payment(hold=held, note="", **by(shop))
    files.append(bank(shop, closed))
    nets = {code: shop.slip(JANUARY, code).net_fen for code in PEOPLE}
    assert sum(file.amount_fen for file in files) + nets["P3"] == closed.net_fen == sum(nets.values())


def test_a_hold_ends_on_its_day(shop: Payroll, closed: PayRun) -> None:
    day = shop.now.date()
    hold(shop, until_date=day + timedelta(days=3))
    hold(shop, "P2", until_date=day)
    assert paid_in(shop, bank(shop, closed)) == ["P2"]
    shop.now += timedelta(days=4)
    assert paid_in(shop, bank(shop, closed)) == ["P1"]


def test_a_void_file_pays_nobody_and_another_one_does(shop: Payroll, closed: PayRun) -> None:
    first = bank(shop, closed)
    void_file(file=first, reason="银行退回格式", **by(shop))
    with pytest.raises(DomainError):
        content_of(shop, first)
    second = bank(shop, closed)
    assert second.id != first.id
    assert paid_in(shop, second) == ["P1", "P2"]
    assert Entry.objects.get(action="payroll.file.void").new["payments"] == 2


def test_an_expired_file_still_counts_as_paid_until_it_is_void(shop: Payroll, closed: PayRun) -> None:
    first = bank(shop, closed)
    shop.now += timedelta(days=8)
    assert (remove_expired(now=shop.now), remove_expired(now=shop.now)) == (1, 0)
    with pytest.raises(DomainError) as refused:
        request_file(run=closed, kind="bank", options={"layout": "icbc"}, **by(shop))
    assert refused.value.code == "payroll.file.nothing_to_pay"
    void_file(file=first, reason="未交付", **by(shop))
    assert paid_in(shop, bank(shop, closed)) == ["P1", "P2"]


def test_a_job_that_stops_pays_nobody(shop: Payroll, closed: PayRun) -> None:
    file = request_file(run=closed, kind="bank", options={}, **by(shop))
    file_making.make_part(file_id=file.id, key=None, position=0, total=1)
    file_making.stop(file_id=file.id)
    assert not Payment.objects.exists()
    assert paid_in(shop, bank(shop, closed)) == ["P1", "P2"]


def test_a_hold_of_one_run_leaves_the_others_of_the_month(shop: Payroll, closed: PayRun) -> None:
    hold(shop, run=closed)
    assert paid_in(shop, bank(shop, closed)) == ["P2"]
    with pytest.raises(DomainError) as refused:
        hold(shop, run=closed, month=FEBRUARY)
    assert refused.value.code == "payroll.hold.wrong_run"


def test_what_makes_no_sense_is_refused(shop: Payroll, closed: PayRun) -> None:
    held = hold(shop)
    for wrong, code in (({}, "held"), ({"reason": " "}, "no_reason"), ({"months": 25}, "months")):
        with pytest.raises(DomainError) as refused:
            hold(shop, **wrong)
        assert refused.value.code == f"payroll.hold.{code}"
    release_payment(hold=held, note="", **by(shop))
    for attempt, code in (
        (lambda: release_payment(hold=held, note="", **by(shop)), "released"),
        (lambda: (bank(shop, closed), hold(shop)), "paid"),
    ):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.code == f"payroll.hold.{code}"


def test_another_tenant_holds_and_pays_its_own(shop: Payroll, closed: PayRun, ward: Payroll) -> None:
    held = hold(shop)
    bank(shop, closed)
    with inside(ward):
        assert (Payment.objects.count(), PaymentHold.objects.count()) == (0, 0)
        with pytest.raises(DomainError):
            release_payment(hold=held, note="", actor=ward.actor, now=ward.now)
    assert PaymentHold.objects.get().released_at is None
