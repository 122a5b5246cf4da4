"""Files of closed runs: exact to the fen, of one tenant, made once, opened only by who may."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.jobs.kinds import JobContext, StepContext, kind_of
from hrsaas.jobs.kinds import Step as JobStep
from hrsaas.jobs.models import Job
from hrsaas.people.models import Employee
from hrsaas.people.rules.money import yuan
from hrsaas.people.services.assignments import transfer
from hrsaas.people.services.employees import change_details
from hrsaas.people.services.units import create_unit
from payroll.models import PayFile, PayFilePart, PayRun
from payroll.queries.vouchers import voucher_table
from payroll.services import file_making
from payroll.services.pay_files import open_file, remove_expired, request_file
from payroll.services.payments import void_file
from payroll.services.voucher_accounts import set_account
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll, inside

PEOPLE = ("E1", "E2", "E3", "E4")
ID = "11010119900307{:04}"


@pytest.fixture
def closed(shop: Payroll) -> PayRun:
    """January of four people: E4 has no account, E3 moved to another unit on the 11th."""
    two = create_unit(code="two", name="二部", actor=shop.actor, now=shop.now)
    for at, code in enumerate(PEOPLE):
        account = "" if code == "E4" else f"62220212345678901{at:02}"
        shop.hire(
            code, 600_000 + at * 12_345, id_number=ID.format(at), bank_account=account, bank_name="中国工商银行",
            cost_centre=f"C{at % 2}",
        )  # fmt: skip
        shop.full_month(code, JANUARY, social_base="8000", fund_base="8000", sales=f"{at * 30000}", late_minutes="7")
    moved = person("E3")
    by = {"actor": shop.actor, "now": shop.now}
    transfer(employee=moved, on_date=date(2026, 1, 11), unit=two, cost_centre="C9", **by)
    shop.calculate(JANUARY)
    return shop.lock(JANUARY)


def person(code: str) -> Employee:
    return Employee.objects.get(code=code)


def made(shop: Payroll, run: PayRun, kind: str, *, password: str = "", **options: str) -> PayFile:
    """Asked for, and its job done as the runner does it."""
    file = request_file(
        run=run, kind=kind, options=options, password=password, actor=shop.officer("files"), now=shop.now
    )
    finish_job(file, shop)
    file.refresh_from_db()
    return file


def finish_job(file: PayFile, shop: Payroll) -> None:
    job = Job.objects.get(id=file.job_id)
    kind = kind_of(job.kind)
    facts = {"job_id": job.id, "params": job.params, "actor": shop.actor, "now": shop.now, "counts": {}, "summary": {}}
    steps = kind.plan(job.params)
    for position, step in enumerate(steps):
        as_stored = JobStep(step.name, json.loads(json.dumps(step.key)))
        kind.run_step(StepContext(**facts, step=as_stored, position=position, total=len(steps)))
    assert kind.finish is not None
    kind.finish(JobContext(**facts))


def content_of(shop: Payroll, file: PayFile) -> bytes:
    with open_file(file=file, actor=shop.officer("files"), now=shop.now) as content:
        return content.read()


def zipped(shop: Payroll, file: PayFile) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content_of(shop, file)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def text_of(pdf: bytes, password: str = "") -> str:
    reader = PdfReader(io.BytesIO(pdf))
    if password:
        assert reader.decrypt(password)
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("layout", ["a4", "envelope"])
def test_each_person_gets_a_pdf_with_the_names_and_amounts_of_the_payslip(
    shop: Payroll, closed: PayRun, layout: str
) -> None:
    files = zipped(shop, made(shop, closed, "payslips", layout=layout))
    slip = shop.slip(JANUARY, "E2")
    text = text_of(files["E2 员工E2 2026-01.pdf"])
    assert set(files) == {*(f"{code} 员工{code} 2026-01.pdf" for code in PEOPLE), "清单 list.csv"}
    for wanted in ("工资单", "Payslip", "员工E2", "2026-01", "出勤工资", "pay for days", f"{yuan(slip.net_fen):,.2f}"):
        assert wanted in text
    assert "员工E1" not in text


def test_strips_put_several_people_on_a_page_of_one_pdf(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "payslips", layout="strips")
    pages = PdfReader(io.BytesIO(content_of(shop, file))).pages
    assert (file.content_type, len(pages), file.row_count) == ("application/pdf", 1, 4)
    assert all(f"员工{code}" in pages[0].extract_text() for code in PEOPLE)
    assert file.amount_fen == closed.net_fen


def test_the_font_is_embedded(shop: Payroll, closed: PayRun) -> None:
    pdf = content_of(shop, made(shop, closed, "payslips", layout="strips"))
    assert b"FontFile2" in pdf
    assert b"NotoSansSC" in pdf


def test_a_protected_payslip_opens_with_the_end_of_the_id_number_only(shop: Payroll, closed: PayRun) -> None:
    pdf = zipped(shop, made(shop, closed, "payslips", protect="id"))["E2 员工E2 2026-01.pdf"]
    assert PdfReader(io.BytesIO(pdf)).is_encrypted
    assert PdfReader(io.BytesIO(pdf)).decrypt("000000") == 0
    assert "员工E2" in text_of(pdf, ID.format(1)[-6:])
    assert "实发".encode() not in pdf


def test_a_given_password_protects_all_and_is_not_kept(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "payslips", layout="strips", protect="given", password="open-sesame")
    assert file.password == ""
    assert "员工E4" in text_of(content_of(shop, file), "open-sesame")
    assert "open-sesame" not in str(list(Entry.objects.values_list("new", flat=True)))
    assert "open-sesame" not in str(list(Job.objects.values_list("params", flat=True)))


def test_who_has_no_id_number_is_listed_instead_of_printed_openly(shop: Payroll, closed: PayRun) -> None:
    change_details(employee=person("E1"), changes={"id_number": ""}, actor=shop.actor, now=shop.now)
    file = made(shop, closed, "payslips", protect="id")
    files = zipped(shop, file)
    assert "E1 员工E1 2026-01.pdf" not in files
    assert [one["code"] for one in file.notes] == ["E1"]
    assert "E1,员工E1" in files["清单 list.csv"].decode("utf-8-sig")


def test_many_payslips_are_made_in_chunks_that_form_one_zip(
    shop: Payroll, closed: PayRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_making, "CHUNK", 1)
    file = made(shop, closed, "payslips")
    assert file.parts.count() == len(PEOPLE) + 1
    assert len(zipped(shop, file)) == len(PEOPLE) + 1


def test_a_chunk_of_payslips_takes_as_many_statements_as_one_payslip(
    shop: Payroll, closed: PayRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements(size: int) -> int:
        monkeypatch.setattr(file_making, "CHUNK", size)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            keys = file_making.plan(file.id)
            before = len(seen)
            file_making.make_part(file_id=file.id, key=keys[0], position=0, total=len(keys))
        return len(seen) - before

    file = request_file(run=closed, kind="payslips", options={}, actor=shop.officer("files"), now=shop.now)
    one = statements(1)
    PayFilePart.objects.all().delete()
    assert statements(4) == one


@pytest.mark.parametrize("kind", ["bank", "tax", "social", "cost", "voucher"])
def test_tables_take_the_same_statements_for_any_number_of_people(shop: Payroll, closed: PayRun, kind: str) -> None:
    file = request_file(run=closed, kind=kind, options={}, actor=shop.officer("files"), now=shop.now)
    with CaptureQueriesContext(connection) as seen:
        file_making.make_part(file_id=file.id, key=None, position=0, total=1)
    assert len(seen) <= 16, [one["sql"][:90] for one in seen.captured_queries]


def test_icbc_pays_in_fen_with_a_total_and_lists_who_has_no_account(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "bank", layout="icbc")
    rows = list(csv.reader(io.StringIO(content_of(shop, file).decode("gb18030"))))
    nets = {code: shop.slip(JANUARY, code).net_fen for code in PEOPLE}
    assert rows[0] == ["序号", "收款账号", "收款户名", "收款行", "金额（分）", "用途"]
    assert rows[1] == ["1", "6222021234567890100", "员工E1", "", str(nets["E1"]), "2026年1月工资"]
    assert rows[-1][0:2] == ["合计", "3"]
    assert int(rows[-1][4]) == file.amount_fen == sum(nets.values()) - nets["E4"]
    assert [one["code"] for one in file.notes] == ["E4"]
    assert str(yuan(nets["E4"])) in file.notes[0]["zh"]


def test_ccb_begins_with_the_total_and_cmb_is_a_workbook(shop: Payroll, closed: PayRun) -> None:
    ccb = content_of(shop, made(shop, closed, "bank", layout="ccb")).decode("gb18030").splitlines()
    void_file(file=PayFile.objects.get(), reason="另一家银行", actor=shop.officer("files"), now=shop.now)
    cmb = sheets(content_of(shop, made(shop, closed, "bank", layout="cmb")))["代发 Payments"]
    assert ccb[0].split("|")[1] == "3"
    assert sum(Decimal(line.split("|")[3]) for line in ccb[1:]) == Decimal(ccb[0].split("|")[2])
    assert cmb[0] == ("账号", "户名", "金额", "开户行", "开户地", "注释")
    assert cmb[1][0] == "6222021234567890100"
    assert sum(Decimal(str(row[2])) for row in cmb[1:-1]) == Decimal(str(cmb[-1][2]))


def test_a_holder_of_another_name_is_paid_under_that_name(shop: Payroll, closed: PayRun) -> None:
    changes = {"account_holder": "员工一", "bank_branch": "上海分行"}
    change_details(employee=person("E1"), changes=changes, actor=shop.actor, now=shop.now)
    text = content_of(shop, made(shop, closed, "bank", layout="icbc")).decode("gb18030")
    assert "员工一,上海分行" in text


def test_the_tax_workbook_has_the_columns_of_the_tax_client_and_adds_up(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "tax")
    found = sheets(content_of(shop, file))
    filed, check = found["综合所得申报"], found["核对 Check"]
    assert filed[0][:10] == (
        "工号", "姓名", "证件类型", "证件号码", "本期收入", "本期免税收入", "基本养老保险费", "基本医疗保险费",
        "失业保险费", "住房公积金",
    )  # fmt: skip
    assert filed[1][:4] == ("E1", "员工E1", "居民身份证", ID.format(0))
    assert sum(Decimal(str(row[4])) for row in filed[1:]) == yuan(closed.gross_fen)
    assert sum(Decimal(str(row[6])) for row in check[1:]) == yuan(closed.tax_fen) == yuan(file.amount_fen)


def test_the_social_sheet_has_one_page_per_city_with_totals(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "social")
    found = sheets(content_of(shop, file))
    rows = found["上海"]
    pension = rows[0].index("养老个人")
    amounts = [shop.amounts(JANUARY, code)["pension_employee"] for code in PEOPLE]
    assert Decimal(str(rows[-1][pension])) == yuan(sum(amount or 0 for amount in amounts)) > 0
    assert Decimal(str(rows[-1][-1])) + Decimal(str(rows[-1][-2])) == yuan(file.amount_fen)


def test_cost_is_split_by_days_to_the_fen(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "cost")
    found = sheets(content_of(shop, file))
    mine = [row for row in found["明细 People"] if row[0] == "E3"]
    cost = shop.slip(JANUARY, "E3").cost_fen
    assert {(row[2], row[4]): row[7] for row in mine} == {("one", "C0"): 10, ("two", "C9"): 21}
    assert sum(Decimal(str(row[9])) for row in mine) == yuan(cost)
    assert Decimal(str(mine[0][9])) in (yuan(cost * 10 // 31), yuan(cost * 10 // 31 + 1))
    assert Decimal(str(found["汇总 Places"][-1][-1])) == yuan(closed.cost_fen) == yuan(file.amount_fen)


def test_the_voucher_balances_to_the_fen(shop: Payroll, closed: PayRun) -> None:
    csv_rows = list(csv.DictReader(io.StringIO(content_of(shop, made(shop, closed, "voucher")).decode("utf-8-sig"))))
    voucher = json.loads(content_of(shop, made(shop, closed, "voucher", format="json")))
    debit, credit = (sum(Decimal(row[side]) for row in csv_rows) for side in ("debit", "credit"))
    assert debit == credit == Decimal(voucher["total"]) == yuan(closed.cost_fen)
    by_account = {row["account"]: Decimal(row["credit"]) for row in csv_rows if Decimal(row["credit"])}
    assert by_account["2211.01"] == yuan(closed.net_fen)
    assert by_account["2221.12"] == yuan(closed.tax_fen)
    assert {row["department"] for row in csv_rows if row["account"] == "6602.01"} == {"one", "two"}
    assert len(voucher["lines"]) == len(csv_rows)


def test_accounts_of_ones_own_hold_from_their_day_on(shop: Payroll, closed: PayRun) -> None:
    by = {"actor": shop.actor, "now": shop.now}
    for item, day in (("", JANUARY), ("commission", JANUARY), ("", FEBRUARY)):
        set_account(
            category="earning", side="debit", account=f"5001{item[:3]}{day.month}", name="生产成本", item_code=item,
            start_date=day, **by,
        )  # fmt: skip
    rows = csv.DictReader(io.StringIO(content_of(shop, made(shop, closed, "voucher")).decode("utf-8-sig")))
    accounts = {row["account"] for row in rows}
    assert {"50011", "5001com1"} <= accounts
    assert "50012" not in accounts


def test_an_unbalanced_scheme_is_refused_with_the_difference(shop: Payroll, closed: PayRun) -> None:
    closed.formula_set.items[next(
        at for at, item in enumerate(closed.formula_set.items) if item["category"] == "tax"
    )]["category"] = "info"  # fmt: skip
    with pytest.raises(DomainError) as refused:
        voucher_table(closed)
    assert refused.value.code == "payroll.voucher.unbalanced"
    assert str(yuan(closed.tax_fen)) in refused.value.en


def test_only_closed_runs_have_files(shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    with pytest.raises(DomainError) as refused:
        request_file(run=run, kind="bank", options={}, actor=shop.officer("files"), now=shop.now)
    assert refused.value.code == "payroll.file.run_not_closed"


@pytest.mark.parametrize(
    ("kind", "options", "password", "code"),
    [
        ("gossip", {}, "", "payroll.file.kind"),
        ("bank", {"layout": "mattress"}, "", "payroll.file.option"),
        ("tax", {"layout": "a4"}, "", "payroll.file.option"),
        ("payslips", {"protect": "given"}, "12345", "payroll.file.password"),
        ("payslips", {"protect": "id", "layout": "strips"}, "", "payroll.file.protect_together"),
    ],
)
def test_what_cannot_be_made_is_refused(
    shop: Payroll, closed: PayRun, kind: str, options: dict[str, str], password: str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        request_file(
            run=closed, kind=kind, options=options, password=password, actor=shop.officer("files"), now=shop.now
        )
    assert refused.value.code == code


def test_asked_again_the_same_file_comes_back_until_something_changes(shop: Payroll, closed: PayRun) -> None:
    first = made(shop, closed, "bank", layout="icbc")
    by = {"actor": shop.officer("files"), "now": shop.now}
    again = request_file(run=closed, kind="bank", options={"layout": "icbc"}, **by)
    assert again.id == first.id
    assert Job.objects.filter(kind="payroll.file").count() == 1
    change_details(employee=person("E4"), changes={"bank_account": "6222"}, actor=shop.actor, now=shop.now)
    assert made(shop, closed, "bank", layout="icbc").id != first.id


def test_a_stopped_job_leaves_no_content_and_lets_one_ask_again(shop: Payroll, closed: PayRun) -> None:
    by = {"actor": shop.officer("files"), "now": shop.now}
    file = request_file(run=closed, kind="payslips", options={}, **by)
    file_making.make_part(file_id=file.id, key=["E1", "E2"], position=0, total=2)
    file_making.stop(file_id=file.id)
    file.refresh_from_db()
    assert (file.state, PayFilePart.objects.count()) == ("failed", 0)
    assert request_file(run=closed, kind="payslips", options={}, **by).id != file.id


def test_content_is_stored_encrypted(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "bank", layout="icbc")
    assert b"62220212345" not in bytes(file.parts.get().content)


def test_every_download_is_in_the_trail_and_needs_the_right(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "bank", layout="icbc")
    content_of(shop, file)
    content_of(shop, file)
    entries = Entry.objects.filter(action="payroll.file.download", subject_id=file.id)
    assert [entry.new["amount_fen"] for entry in entries] == [file.amount_fen] * 2
    nobody = replace(shop.officer("files"), permissions=frozenset({"payroll.file.view", "payroll.run.view"}))
    with pytest.raises(NotAllowed):
        open_file(file=file, actor=nobody, now=shop.now)
    with pytest.raises(NotAllowed):
        request_file(run=closed, kind="bank", options={}, actor=nobody, now=shop.now)


def test_files_expire(shop: Payroll, closed: PayRun) -> None:
    file = made(shop, closed, "bank", layout="icbc")
    later = shop.now + timedelta(days=8)
    with pytest.raises(DomainError) as refused:
        open_file(file=file, actor=shop.officer("files"), now=later)
    assert refused.value.code == "payroll.file.expired"
    assert (remove_expired(now=shop.now), remove_expired(now=later)) == (0, 1)
    assert PayFilePart.objects.count() == 0


def test_another_tenant_sees_no_file(shop: Payroll, closed: PayRun, ward: Payroll) -> None:
    made(shop, closed, "bank", layout="icbc")
    with inside(ward):
        assert PayFile.objects.count() == PayFilePart.objects.count() == 0
