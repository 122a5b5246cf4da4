"""What the rules of this room refuse, as errors that people can read; also when only the database notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from hrsaas.errors import DomainError
from hrsaas.people.rules.new_hires import Fault

# Constraint → (code, field, zh, en).
_CONSTRAINTS: dict[str, tuple[str, str, str, str]] = {
    "people_unit_code": ("people.unit.code_taken", "code", "该部门编码已被使用。", "This unit code is taken."),
    "people_unit_acyclic": (
        "people.unit.cycle", "parent", "不能把部门移到它自己或其下级之下。", "A unit cannot be moved below itself.",
    ),
    "people_unit_not_own_parent": (
        "people.unit.cycle", "parent", "不能把部门移到它自己或其下级之下。", "A unit cannot be moved below itself.",
    ),
    "people_position_code": (
        "people.position.code_taken", "code", "该岗位编码已被使用。", "This position code is taken.",
    ),
    "people_employee_code": (
        "people.employee.code_taken", "code", "该工号已被使用。", "This employee number is taken.",
    ),
    "people_employee_dates": (
        "people.employee.dates", "leave_date", "离职日期须晚于入职日期。",
        "The leave date must be after the hire date.",
    ),
    "people_digital_has_owner": (
        "people.employee.owner_missing", "owner", "数字员工必须有负责人。", "A digital worker needs an owner.",
    ),
    "people_assignment_dates": (
        "people.assignment.dates", "end_date", "结束日期须晚于开始日期。", "The end must be after the start.",
    ),
    "people_assignment_pay": (
        "people.assignment.pay", "base_pay_fen", "基本工资不能为负数。", "Base pay must not be negative.",
    ),
    "people_assignment_manager": (
        "people.assignment.own_manager", "manager", "员工不能是自己的上级。", "Nobody is his own manager.",
    ),
    "people_project_code": (
        "people.project.code_taken", "code", "该项目编码已被使用。", "This project code is taken.",
    ),
    "people_project_dates": (
        "people.project.dates", "end_date", "结束日期须晚于开始日期。", "The end must be after the start.",
    ),
    "people_assignment_overlap": (
        "people.assignment.overlap", "start_date", "与该员工已有的任职时间重叠。",
        "This overlaps with another assignment of the same employee.",
    ),
}  # fmt: skip
_CONFLICTS = ("code_taken", "overlap")


def refusal(constraint: str) -> DomainError:
    """The error behind a constraint's name."""
    code, field, zh, en = _CONSTRAINTS[constraint]
    return DomainError(code, zh=zh, en=en, field=field, status=_status(code))


@contextmanager
def refusals_explained() -> Iterator[None]:
    """A savepoint around writes; what a constraint refuses comes out as the DomainError of that constraint."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if constraint not in _CONSTRAINTS:
            raise
        raise refusal(constraint) from error


def raise_first(faults: Sequence[Fault]) -> None:
    """For one person: the first fault as an error of its field."""
    for fault in faults:
        raise DomainError(fault.code, zh=fault.zh, en=fault.en, field=fault.field, status=_status(fault.code))


def raise_rows(faults: Sequence[Fault], *, code: str = "people.hire.rows") -> None:
    """For many people: one error with every fault in ``extra["rows"]`` (row: 0-based)."""
    if faults:
        count = len({fault.row for fault in faults})
        raise DomainError(
            code,
            zh=f"有 {count} 行存在错误，未写入任何数据。",
            en=f"{count} rows have errors; nothing was written.",
            position=faults[0].row,
            extra={"rows": [fault._asdict() for fault in faults]},
        )


def _status(code: str) -> int:
    return 409 if code.endswith(_CONFLICTS) else 400
