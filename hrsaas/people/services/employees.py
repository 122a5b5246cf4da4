"""Hiring people, one or thousands, creating digital workers, and changing their personal details."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.people.rules.masks import mask_account, mask_id, mask_phone
from hrsaas.people.rules.new_hires import Fault, Known, NewHire, faults, text_faults
from hrsaas.people.services.assignments import leave, rehire, transfer
from hrsaas.people.services.reach import locked_employee, require_reach
from hrsaas.people.services.refusals import raise_first, raise_rows, refusals_explained
from hrsaas.people.services.search_texts import fill_search
from hrsaas.tenancy.services.statistics import refresh_statistics_on_commit

__all__ = [
    "NewHire", "change_details", "change_owner", "create_digital_worker", "hire", "hire_many", "leave", "rehire",
    "transfer",
]  # fmt: skip

CHANGE, CHANGE_PAY = "people.employee.change", "people.pay.change"
FULL_TIME = Assignment.EmploymentType.FULL_TIME
_DIGITAL = Assignment.EmploymentType.DIGITAL
_HUMAN_TYPES = frozenset(Assignment.EmploymentType.values) - {_DIGITAL}
# Field of the person → how the audit trail shows it.
_DETAILS: dict[str, Callable[[str], str]] = {
    "name": str, "name_en": str, "bank_name": str, "bank_branch": str, "account_holder": str,
    "phone": mask_phone, "id_number": mask_id, "bank_account": mask_account,
}  # fmt: skip
_PAY_DETAILS = frozenset({"bank_account", "bank_name", "bank_branch", "account_holder"})


@dataclass(frozen=True)
class _Ids:
    """Codes that the new rows name → ids."""

    units: dict[str, int]
    positions: dict[str, int]
    people: dict[str, int]

    def known(self, employment_types: frozenset[str]) -> Known:
        return Known(self.units, self.positions, self.people, employment_types)


@transaction.atomic
def hire(
    *,
    code: str,
    name: str,
    unit: OrgUnit,
    position: Position,
    hire_date: date,
    base_pay_fen: int,
    work_city: str,
    actor: Actor,
    now: datetime,
    name_en: str = "",
    manager: Employee | None = None,
    cost_centre: str = "",
    employment_type: str = FULL_TIME,
    phone: str = "",
    id_number: str = "",
    bank_account: str = "",
    bank_name: str = "",
    bank_branch: str = "",
    account_holder: str = "",
) -> Employee:
    """A new employee with a first assignment that runs on.

    Errors: people.employee.{code_taken,required,too_long,bad_text,date}, people.assignment.{pay,employment_type}.
    """
    actor.require(CHANGE)
    require_reach(actor, CHANGE, unit)
    new = NewHire(
        code=code, name=name, name_en=name_en, unit=unit.code, position=position.code, hire_date=hire_date,
        base_pay_fen=base_pay_fen, work_city=work_city, manager=manager.code if manager else "",
        cost_centre=cost_centre, employment_type=employment_type, phone=phone, id_number=id_number,
        bank_account=bank_account, bank_name=bank_name, bank_branch=bank_branch, account_holder=account_holder,
    )  # fmt: skip
    employee = _hire_one(new, unit, position, None)
    record(actor=actor, action="people.employee.hire", subject=employee, new=_facts(new), now=now)
    return employee


@transaction.atomic
def hire_many(*, rows: Sequence[NewHire], actor: Actor, now: datetime) -> list[Employee]:
    """Hire all of them, in order, or nobody; the number of statements does not grow with the rows.

    A row's manager may be another row. Errors: people.hire.rows with every fault of every row in ``extra["rows"]``.
    """
    actor.require(CHANGE)
    ids = _look_up(rows, actor)
    raise_rows(faults(rows, ids.known(_HUMAN_TYPES)))
    employees = _insert(rows, ids)
    refresh_statistics_on_commit(rows=len(rows))
    digest = hashlib.sha256("\n".join(row.code for row in rows).encode()).hexdigest()
    new = {"count": len(rows), "codes_sha256": digest}
    record(actor=actor, action="people.employee.hire_many", subject_type="people.employee", new=new, now=now)
    return employees


@transaction.atomic
def create_digital_worker(
    *,
    code: str,
    name: str,
    unit: OrgUnit,
    position: Position,
    owner: Employee,
    start_date: date,
    work_city: str,
    actor: Actor,
    now: datetime,
    name_en: str = "",
    cost_centre: str = "",
) -> Employee:
    """An AI agent as a member of a unit; its owner is its manager too. It has no pay.

    Errors: people.employee.owner_unfit, and those of hire.
    """
    owner = locked_employee(owner, permission=CHANGE, actor=actor, now=now)
    actor.require(CHANGE)
    require_reach(actor, CHANGE, unit)
    _check_owner(owner, start_date)
    new = NewHire(
        code=code, name=name, name_en=name_en, unit=unit.code, position=position.code, hire_date=start_date,
        base_pay_fen=0, work_city=work_city, manager=owner.code, cost_centre=cost_centre, employment_type=_DIGITAL,
    )  # fmt: skip
    worker = _hire_one(new, unit, position, owner)
    facts = {**_facts(new), "owner_id": owner.id}
    record(actor=actor, action="people.employee.create_digital", subject=worker, new=facts, now=now)
    return worker


@transaction.atomic
def change_owner(*, worker: Employee, owner: Employee, actor: Actor, now: datetime) -> Employee:
    """Give a digital worker to somebody else, who answers for it from now on. Errors: people.employee.owner_unfit."""
    worker = locked_employee(worker, permission=CHANGE, actor=actor, now=now)
    owner = locked_employee(owner, permission=CHANGE, actor=actor, now=now)
    actor.require(CHANGE)
    _check_owner(owner, now.date())
    if not worker.is_digital:
        raise _owner_unfit()
    old = {"owner_id": worker.owner_id}
    worker.owner = owner
    worker.version += 1
    worker.save(update_fields=["owner", "version"])
    new = {"owner_id": owner.id}
    record(actor=actor, action="people.employee.change_owner", subject=worker, old=old, new=new, now=now)
    return worker


@transaction.atomic
def change_details(*, employee: Employee, changes: Mapping[str, str], actor: Actor, now: datetime) -> Employee:
    """Set name, name_en, phone, id_number, or bank_account, bank_name, bank_branch, account_holder, which need
    people.pay.change.

    Errors: people.employee.{unknown_field,required,too_long,bad_text}.
    """
    employee = locked_employee(employee, permission=CHANGE, actor=actor, now=now)
    actor.require(CHANGE)
    if _PAY_DETAILS & changes.keys():
        actor.require(CHANGE_PAY)
    _check_details(changes)
    changed = {field: text for field, text in changes.items() if getattr(employee, field) != text}
    if not changed:
        return employee
    old = _shown(employee, changed)
    for field, text in changed.items():
        setattr(employee, field, text)
    fill_search(employee)
    employee.version += 1
    employee.save(update_fields=[*changed, "pinyin", "initials", "search_text", "version"])
    new = _shown(employee, changed)
    record(actor=actor, action="people.employee.change_details", subject=employee, old=old, new=new, now=now)
    return employee


def _hire_one(new: NewHire, unit: OrgUnit, position: Position, owner: Employee | None) -> Employee:
    ids = _Ids({unit.code: unit.id}, {position.code: position.id}, _people([new]))
    raise_first(faults([new], ids.known(_HUMAN_TYPES if owner is None else frozenset({_DIGITAL}))))
    return _insert([new], ids, owner)[0]


def _look_up(rows: Sequence[NewHire], actor: Actor) -> _Ids:
    units = OrgUnit.objects.filter(code__in={row.unit for row in rows})
    reach = actor.reach(CHANGE)
    if reach is not None:
        units = units.filter(id__in=reach)
    positions = Position.objects.filter(code__in={row.position for row in rows})
    return _Ids(dict(units.values_list("code", "id")), dict(positions.values_list("code", "id")), _people(rows))


def _people(rows: Sequence[NewHire]) -> dict[str, int]:
    codes = {row.code for row in rows} | {row.manager for row in rows}
    return dict(Employee.objects.filter(code__in=codes).values_list("code", "id"))


def _insert(rows: Sequence[NewHire], ids: _Ids, owner: Employee | None = None) -> list[Employee]:
    with refusals_explained():
        employees: list[Employee] = Employee.objects.bulk_create([_employee(row, owner) for row in rows])
        people = ids.people | {employee.code: employee.id for employee in employees}
        pairs = zip(rows, employees, strict=True)
        Assignment.objects.bulk_create([_assignment(row, employee, ids, people) for row, employee in pairs])
    return employees


def _employee(row: NewHire, owner: Employee | None) -> Employee:
    employee = Employee(
        code=row.code, name=row.name, name_en=row.name_en, hire_date=row.hire_date, phone=row.phone,
        id_number=row.id_number, bank_account=row.bank_account, bank_name=row.bank_name,
        bank_branch=row.bank_branch, account_holder=row.account_holder, owner=owner,
        kind=Employee.Kind.HUMAN if owner is None else Employee.Kind.DIGITAL,
    )  # fmt: skip
    fill_search(employee)
    return employee


def _assignment(row: NewHire, employee: Employee, ids: _Ids, people: Mapping[str, int]) -> Assignment:
    return Assignment(
        employee=employee, start_date=row.hire_date, unit_id=ids.units[row.unit],
        position_id=ids.positions[row.position], manager_id=people[row.manager] if row.manager else None,
        work_city=row.work_city, cost_centre=row.cost_centre, employment_type=row.employment_type,
        base_pay_fen=row.base_pay_fen,
    )  # fmt: skip


def _facts(new: NewHire) -> dict[str, object]:
    fields = ("code", "name", "unit", "position", "work_city", "employment_type")
    return {field: getattr(new, field) for field in fields} | {"hire_date": new.hire_date.isoformat()}


def _check_owner(owner: Employee, day: date) -> None:
    if owner.is_digital or owner.status_on(day) != Employee.Status.ACTIVE:
        raise _owner_unfit()


def _owner_unfit() -> DomainError:
    return DomainError(
        "people.employee.owner_unfit",
        field="owner",
        zh="数字员工的负责人须为当日在职的员工本人。",
        en="The owner of a digital worker must be a person who is employed on that day.",
    )


def _check_details(changes: Mapping[str, str]) -> None:
    unknown = sorted(changes.keys() - _DETAILS.keys())
    zh, en = "此字段不能这样修改。", "This field cannot be changed this way."
    raise_first([Fault(0, field, "people.employee.unknown_field", zh, en) for field in unknown])
    raise_first(list(text_faults(0, dict(changes))))


def _shown(employee: Employee, fields: Mapping[str, str]) -> dict[str, str]:
    return {field: _DETAILS[field](getattr(employee, field)) for field in fields}
