"""Claims of special additional deductions: made, ended, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import Employee
from payroll.models import DeductionClaim

Kind = DeductionClaim.Kind


@dataclass(frozen=True)
class NewClaim:
    """A claim as people declare it. employee: number; dates: first days of months, end_date the first month that it is
    not made for any more. Fields as in DeductionClaim.
    """

    employee: str
    kind: str
    start_date: date
    end_date: date | None = None
    birth_date: date | None = None
    share_percent: int = 100
    rent_tier: int | None = None
    agreed_fen: int | None = None


@transaction.atomic
def add_claims(*, rows: Sequence[NewClaim], actor: Actor, now: datetime) -> list[DeductionClaim]:
    """Make the claims, all or none; earlier months of the year are made up for in the next run.

    Errors: payroll.claim.rows with every fault in ``extra["rows"]``: unknown_employee, not_first_day, period,
    birth_date, share, rent_tier, agreed, twice (a kind that a person may claim once at a time), rent_and_mortgage.
    """
    actor.require("payroll.run.change")
    known = _employees(rows)
    faults = claim_faults(rows, known)
    if faults:
        raise DomainError("payroll.claim.rows", zh=faults[0]["zh"], en=faults[0]["en"], extra={"rows": faults})
    claims: list[DeductionClaim] = DeductionClaim.objects.bulk_create([_claim(row, known) for row in rows])
    for claim in claims:
        facts = {"kind": claim.kind, "start_date": claim.start_date.isoformat()}
        record(actor=actor, action="payroll.claim.add", subject=claim, new=facts, now=now)
    return claims


def claim_faults(rows: Sequence[NewClaim], known: dict[str, int]) -> list[dict[str, Any]]:
    """Why ``add_claims`` would refuse the rows: {row, field, code, zh, en} of each fault. known: number → id."""
    faults = [_fault(at, *found) for at, row in enumerate(rows) for found in _faults(row, known)]
    return faults or _conflicts(rows, known)


def claims_there(employees: Sequence[str]) -> list[NewClaim]:
    """The claims of the employees, by number, as they were declared."""
    claims = DeductionClaim.objects.filter(employee__code__in=employees).select_related("employee")
    return [_row(claim, claim.end_date) for claim in claims]


@transaction.atomic
def end_claim(*, claim: DeductionClaim, end_date: date | None, actor: Actor, now: datetime) -> DeductionClaim:
    """The claim holds until this month, not included; None: it runs on. Errors: as add_claims."""
    actor.require("payroll.run.change")
    claim = _locked(claim)
    row = _row(claim, end_date)
    faults = [_fault(0, *found) for found in _faults(row, {row.employee: claim.employee_id})]
    faults = faults or _conflicts([row], {row.employee: claim.employee_id}, but=claim)
    if faults:
        raise DomainError(faults[0]["code"], field="end_date", zh=faults[0]["zh"], en=faults[0]["en"])
    old, claim.end_date = claim.end_date, end_date
    claim.save(update_fields=["end_date"])
    facts = {"end_date": None if end_date is None else end_date.isoformat()}
    before = {"end_date": None if old is None else old.isoformat()}
    record(actor=actor, action="payroll.claim.end", subject=claim, old=before, new=facts, now=now)
    return claim


@transaction.atomic
def remove_claim(*, claim: DeductionClaim, actor: Actor, now: datetime) -> None:
    """Take back a claim that was made in error; what it gave this year is taken back by the next run."""
    actor.require("payroll.run.change")
    claim = _locked(claim)
    facts = {"kind": claim.kind, "start_date": claim.start_date.isoformat()}
    record(actor=actor, action="payroll.claim.remove", subject=claim, old=facts, now=now)
    claim.delete()


def _locked(claim: DeductionClaim) -> DeductionClaim:
    found: DeductionClaim | None = (
        DeductionClaim.objects.select_for_update(of=("self",)).select_related("employee").filter(id=claim.pk).first()
    )
    if found is None:
        raise NotFound("payroll.claim", claim.pk)
    return found


def _employees(rows: Sequence[NewClaim]) -> dict[str, int]:
    """Locked, so that two claims of one person are made one after the other."""
    found = Employee.objects.select_for_update(no_key=True).filter(code__in={row.employee for row in rows})
    return dict(found.order_by("id").values_list("code", "id"))


def _faults(row: NewClaim, known: dict[str, int]) -> list[tuple[str, str, str, str]]:
    """(field, code, zh, en) of everything that is wrong with a row by itself."""
    born, shared = row.kind in DeductionClaim.BORN, row.kind in DeductionClaim.SHARED
    days = [row.start_date, *([row.end_date] if row.end_date else [])]
    checks = [
        (row.employee in known, "employee", "unknown_employee", f"没有工号 {row.employee}。",
         f"There is no employee {row.employee}."),
        (all(day.day == 1 for day in days), "start_date", "not_first_day", "请给出月份的第一天。",
         "Give the first day of the month."),
        (row.end_date is None or row.end_date > row.start_date, "end_date", "period", "截止月份须晚于开始月份。",
         "The end must be after the start."),
        ((row.birth_date is not None) == born, "birth_date", "birth_date",
         "子女和赡养老人须填写出生日期，其他项目不填。",
         "Children and parents need a birth date; nothing else has one."),
        (row.share_percent == 100 or (row.share_percent == 50 and shared), "share_percent", "share",
         "比例为 100% 或 50%，只有子女和住房贷款利息可以各扣一半。",
         "The share is 100 or 50 percent; only children and interest on a home are shared."),
        ((row.rent_tier in (1, 2, 3)) if row.kind == Kind.RENT else row.rent_tier is None, "rent_tier", "rent_tier",
         "租金须选择城市档次（1 至 3），其他项目不填。",
         "Rent needs the tier of the city, 1 to 3; nothing else has one."),
        (row.agreed_fen is None or (row.kind == Kind.ELDERLY and row.agreed_fen >= 0), "agreed_fen", "agreed",
         "只有赡养老人可以填写约定的分摊金额。", "Only the support of parents has an agreed part."),
    ]  # fmt: skip
    return [(field, word, zh, en) for holds, field, word, zh, en in checks if not holds]


def _conflicts(
    rows: Sequence[NewClaim], known: dict[str, int], but: DeductionClaim | None = None
) -> list[dict[str, Any]]:
    """What a person cannot claim for the same month, among the rows and against the claims already made."""
    there = DeductionClaim.objects.filter(employee__in=[known[row.employee] for row in rows]).select_related("employee")
    others = [_row(claim, claim.end_date) for claim in there if but is None or claim.pk != but.pk]
    faults = []
    for at, row in enumerate(rows):
        for other in [*others, *rows[:at]]:
            found = _conflict(row, other) if row.employee == other.employee and _overlap(row, other) else None
            faults += [_fault(at, *found)] if found else []
    return faults


def _conflict(row: NewClaim, other: NewClaim) -> tuple[str, str, str, str] | None:
    if {row.kind, other.kind} == {Kind.RENT, Kind.MORTGAGE}:
        zh, en = (
            "住房贷款利息和住房租金不能同时扣除。",
            "Interest on a home and rent are not deducted in the same month.",
        )
        return "kind", "rent_and_mortgage", zh, en
    if row.kind == other.kind and row.kind in (Kind.RENT, Kind.MORTGAGE, Kind.ELDERLY):
        return "kind", "twice", "同一月份只能申报一项。", "Only one claim of this kind holds in a month."
    if row.kind == other.kind == Kind.CHILD and row.birth_date == other.birth_date and row == other:
        return "kind", "twice", "该子女已经申报。", "This child is claimed already."
    return None


def _overlap(row: NewClaim, other: NewClaim) -> bool:
    return row.start_date < (other.end_date or date.max) and other.start_date < (row.end_date or date.max)


def _row(claim: DeductionClaim, end_date: date | None) -> NewClaim:
    return NewClaim(
        claim.employee.code, claim.kind, claim.start_date, end_date, claim.birth_date, claim.share_percent,
        claim.rent_tier, claim.agreed_fen,
    )  # fmt: skip


def _claim(row: NewClaim, known: dict[str, int]) -> DeductionClaim:
    fields = asdict(row)
    return DeductionClaim(employee_id=known[fields.pop("employee")], **fields)


def _fault(row: int, field: str, word: str, zh: str, en: str) -> dict[str, Any]:
    return {"row": row, "field": field, "code": f"payroll.claim.{word}", "zh": zh, "en": en}
