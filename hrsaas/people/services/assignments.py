"""Changing what holds for one employee from a day on: transfer, pay, leave, return."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Literal

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.access.services.users import require_other_admin
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.people.queries.assignments import as_of
from hrsaas.people.rules.new_hires import date_faults, pay_faults, text_faults
from hrsaas.people.services.reach import locked_employee, require_reach
from hrsaas.people.services.refusals import raise_first, refusal, refusals_explained

CHANGE, CHANGE_PAY = "people.employee.change", "people.pay.change"
_TERMS = (
    "unit_id", "position_id", "manager_id", "work_city", "cost_centre", "employment_type", "base_pay_fen",
)  # fmt: skip


class Keep(Enum):
    KEEP = "keep"


KEEP: Final = Keep.KEEP


@transaction.atomic
def transfer(
    *,
    employee: Employee,
    on_date: date,
    actor: Actor,
    now: datetime,
    unit: OrgUnit | None = None,
    position: Position | None = None,
    manager: Employee | None | Literal[Keep.KEEP] = KEEP,
    work_city: str | None = None,
    cost_centre: str | None = None,
    employment_type: str | None = None,
    base_pay_fen: int | None = None,
) -> Assignment:
    """New terms from on_date until the next change that is already planned; what is not given stays as it was.

    The running assignment ends on on_date; one that begins on that very day is changed in place. Base pay needs
    people.pay.change. Errors: people.assignment.{none,unchanged,pay,own_manager,employment_type}.
    """
    employee = locked_employee(employee, permission=CHANGE, actor=actor, now=now)
    actor.require(CHANGE)
    if unit is not None:
        require_reach(actor, CHANGE, unit)
    if base_pay_fen is not None:
        actor.require(CHANGE_PAY)
    given: dict[str, Any] = {
        "unit_id": unit and unit.id, "position_id": position and position.id, "work_city": work_city,
        "cost_centre": cost_centre, "employment_type": employment_type, "base_pay_fen": base_pay_fen,
    }  # fmt: skip
    changes = {name: value for name, value in given.items() if value is not None}
    if manager is not KEEP:
        changes["manager_id"] = manager.id if manager else None
    return _change(employee, on_date, changes, action="people.employee.transfer", actor=actor, now=now)


@transaction.atomic
def change_pay(*, employee: Employee, on_date: date, base_pay_fen: int, actor: Actor, now: datetime) -> Assignment:
    """New base pay (fen per month) from on_date. Errors: people.assignment.{none,unchanged,pay}."""
    employee = locked_employee(employee, permission=CHANGE_PAY, actor=actor, now=now)
    actor.require(CHANGE_PAY)
    changes = {"base_pay_fen": base_pay_fen}
    return _change(employee, on_date, changes, action="people.pay.change", actor=actor, now=now)


@transaction.atomic
def leave(*, employee: Employee, leave_date: date, actor: Actor, now: datetime) -> Employee:
    """End the employment: leave_date is the first day on which the person is no longer employed.

    Assignments planned from that day on are dropped, and the person's login works no longer (access.queries.logins).
    Errors: people.employee.{already_left,dates,owns_digital}, access.user.last_admin.
    """
    employee = locked_employee(employee, permission=CHANGE, actor=actor, now=now)
    actor.require(CHANGE)
    _check_leave(employee, leave_date)
    require_other_admin(employee=employee)
    assignments = Assignment.objects.filter(employee=employee)
    dropped, _per_model = assignments.filter(start_date__gte=leave_date).delete()
    assignments.filter(end_date=None).update(end_date=leave_date)
    assignments.filter(end_date__gt=leave_date).update(end_date=leave_date)
    employee.leave_date = leave_date
    employee.version += 1
    with refusals_explained():
        employee.save(update_fields=["leave_date", "version"])
    new = {"leave_date": leave_date.isoformat(), "planned_assignments_dropped": dropped}
    record(actor=actor, action="people.employee.leave", subject=employee, new=new, now=now)
    return employee


@transaction.atomic
def rehire(
    *,
    employee: Employee,
    hire_date: date,
    unit: OrgUnit,
    position: Position,
    base_pay_fen: int,
    work_city: str,
    actor: Actor,
    now: datetime,
    manager: Employee | None = None,
    cost_centre: str = "",
    employment_type: str = Assignment.EmploymentType.FULL_TIME,
) -> Assignment:
    """Somebody who left comes back under the old number; the former assignments stay as history.

    Errors: people.employee.still_employed, people.assignment.{overlap,pay,employment_type}, those of dates and texts.
    """
    employee = locked_employee(employee, permission=CHANGE, actor=actor, now=now)
    actor.require(CHANGE)
    require_reach(actor, CHANGE, unit)
    _check_rehire(employee, hire_date)
    assignment = Assignment(
        employee=employee, start_date=hire_date, unit=unit, position=position, manager=manager, work_city=work_city,
        cost_centre=cost_centre, employment_type=employment_type, base_pay_fen=base_pay_fen,
    )  # fmt: skip
    _check_terms(employee, assignment)
    old = {"hire_date": employee.hire_date.isoformat(), "leave_date": str(employee.leave_date)}
    employee.hire_date, employee.leave_date = hire_date, None
    employee.version += 1
    employee.save(update_fields=["hire_date", "leave_date", "version"])
    with refusals_explained():
        assignment.save()
    new = {"hire_date": hire_date.isoformat(), **_shown(assignment, _TERMS)}
    record(actor=actor, action="people.employee.rehire", subject=employee, old=old, new=new, now=now)
    return assignment


def _change(
    employee: Employee, on_date: date, changes: dict[str, Any], *, action: str, actor: Actor, now: datetime
) -> Assignment:
    """Check, split or change the running assignment, count the employee's version up: it shows the terms; record."""
    running = as_of(employee, on_date)
    if running is None:
        raise DomainError(
            "people.assignment.none", field="on_date", status=409,
            zh=f"该员工在 {on_date} 没有任职。", en=f"The employee has no assignment on {on_date}.",
        )  # fmt: skip
    changed = {name: value for name, value in changes.items() if getattr(running, name) != value}
    if not changed:
        raise DomainError("people.assignment.unchanged", zh="没有任何变化。", en="Nothing would change.")
    old = _shown(running, changed)
    changed_one = _split(running, on_date)
    for name, value in changed.items():
        setattr(changed_one, name, value)
    _check_terms(employee, changed_one)
    with refusals_explained():
        changed_one.save()
    employee.version += 1
    employee.save(update_fields=["version"])
    new = {"on_date": on_date.isoformat(), **_shown(changed_one, changed)}
    record(actor=actor, action=action, subject=employee, old=old, new=new, now=now)
    return changed_one


def _split(running: Assignment, on_date: date) -> Assignment:
    """The part of the assignment from on_date on, unsaved unless it is the whole; the part before is cut and saved."""
    if running.start_date == on_date:
        return running
    later = Assignment(
        employee_id=running.employee_id, start_date=on_date, end_date=running.end_date,
        **{name: getattr(running, name) for name in _TERMS},
    )  # fmt: skip
    running.end_date = on_date
    running.save(update_fields=["end_date"])
    return later


def _check_terms(employee: Employee, terms: Assignment) -> None:
    raise_first(list(text_faults(0, {"work_city": terms.work_city, "cost_centre": terms.cost_centre})))
    raise_first(list(pay_faults(0, terms.base_pay_fen)))
    if terms.manager_id == employee.id:
        raise refusal("people_assignment_manager")
    digital = terms.employment_type == Assignment.EmploymentType.DIGITAL
    if terms.employment_type not in Assignment.EmploymentType.values or digital != employee.is_digital:
        raise DomainError(
            "people.assignment.employment_type", field="employment_type",
            zh="此用工类型不适用于该员工。", en="This employment type does not fit the employee.",
        )  # fmt: skip


def _check_leave(employee: Employee, leave_date: date) -> None:
    if employee.leave_date is not None:
        raise DomainError(
            "people.employee.already_left", field="leave_date", status=409,
            zh=f"该员工已于 {employee.leave_date} 离职。",
            en=f"The employee has left already, on {employee.leave_date}.",
        )  # fmt: skip
    raise_first(list(date_faults(0, "leave_date", leave_date)))
    if leave_date <= employee.hire_date:
        raise refusal("people_employee_dates")
    if Employee.objects.filter(owner=employee, leave_date=None).exists():
        raise DomainError(
            "people.employee.owns_digital", status=409,
            zh="该员工仍是数字员工的负责人，请先更换负责人。",
            en="The employee still owns digital workers. Give them another owner first.",
        )  # fmt: skip


def _check_rehire(employee: Employee, hire_date: date) -> None:
    if employee.leave_date is None:
        raise DomainError(
            "people.employee.still_employed", status=409,
            zh="该员工仍在职，请使用调动。", en="The employee is still employed. Use a transfer.",
        )  # fmt: skip
    raise_first(list(date_faults(0, "hire_date", hire_date)))
    if hire_date < employee.leave_date:
        raise refusal("people_assignment_overlap")


def _shown(assignment: Assignment, names: Any) -> dict[str, Any]:
    """For the audit trail: pay is masked, its history is in the assignments."""
    return {name: "***" if name == "base_pay_fen" else getattr(assignment, name) for name in names}
