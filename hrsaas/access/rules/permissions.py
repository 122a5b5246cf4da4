"""What each role may do. Code, not rows: a role means the same in every tenant and changes with a review.

A permission is ``<app>.<noun>.<verb>``. In roles ``change`` brings ``view`` along; a token names each of its scopes.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    HR_ADMIN = "hr_admin"
    RECRUITER = "recruiter"
    ATTENDANCE_CLERK = "attendance_clerk"
    PAYROLL_OFFICER = "payroll_officer"
    PERFORMANCE_OWNER = "performance_owner"
    MANAGER = "manager"
    EMPLOYEE = "employee"
    AUDITOR = "auditor"
    INTEGRATION = "integration"


# noun → the verbs it has.
NOUNS: dict[str, tuple[str, ...]] = {
    "tenancy.settings": ("view", "change"),
    "access.user": ("view", "change"),
    "access.token": ("view", "change"),
    "audit.entry": ("view",),
    "jobs.job": ("view", "change"),
    "approvals.request": ("view", "decide"),
    "months.close": ("view", "run"),
    "people.unit": ("view", "change"),
    "people.employee": ("view", "change"),
    "people.pay": ("view", "change"),  # base pay and bank account
    "people.cost": ("view", "change"),  # projects, and who bears the cost of a person
    "people.sensitive": ("view",),  # identity number and phone in clear
    "recruiting.profile": ("view", "change"),
    "recruiting.candidate": ("view", "change"),
    "recruiting.offer": ("view", "change"),
    "attendance.setup": ("view", "change"),  # templates, shifts, rotations, calendars
    "attendance.roster": ("view", "change"),
    "attendance.protection": ("view", "change"),  # minors, pregnancy, nursing
    "attendance.demand": ("view", "change"),  # contacts, forecasts, people wanted
    "attendance.punch": ("view", "stamp", "change"),  # stamp: by phone, for oneself
    "attendance.day_result": ("view",),
    "attendance.timesheet": ("view", "change", "lock"),
    "attendance.request": ("view", "change"),  # corrections, overtime, swaps; change: ask
    "attendance.leave": ("view", "request", "change"),  # request: for oneself; change: for others, balances
    "performance.kpi": ("view", "change"),
    "performance.goal": ("view", "change"),
    "performance.reading": ("view", "change"),
    "performance.score": ("view", "change"),
    "payroll.item": ("view", "change"),
    "payroll.run": ("view", "change", "approve", "lock"),
    "payroll.payslip": ("view",),
    "payroll.file": ("view", "change"),  # change: make and download
    "integrations.import": ("view", "apply"),
}


def _of(*patterns: str) -> frozenset[str]:
    """Expand ``noun.*`` and ``noun.verb``; ``change`` brings ``view`` along."""
    found: set[str] = set()
    for pattern in patterns:
        noun, verb = pattern.rsplit(".", 1)
        verbs = NOUNS[noun] if verb == "*" else (verb,)
        found |= {f"{noun}.{one}" for one in verbs}
        found.add(f"{noun}.view")
    return frozenset(found)


ALL: frozenset[str] = frozenset(f"{noun}.{verb}" for noun, verbs in NOUNS.items() for verb in verbs)
_VIEW_ALL = frozenset(code for code in ALL if code.endswith(".view")) - _of(
    "people.sensitive.view", "attendance.protection.view"
)  # fmt: skip
_SELF_SERVICE = _of(
    "people.employee.view", "attendance.roster.view", "attendance.punch.stamp", "attendance.day_result.view",
    "attendance.timesheet.view", "attendance.request.*", "attendance.leave.request", "performance.goal.view",
    "performance.score.view", "payroll.payslip.view", "approvals.request.view",
)  # fmt: skip

ROLE_PERMISSIONS: dict[Role, frozenset[str]] = {
    # The HR admin sets the tenant up but does not approve the payroll that payroll officers calculate.
    Role.HR_ADMIN: ALL - {"payroll.run.approve", "payroll.run.lock"},
    Role.RECRUITER: _of(
        "recruiting.profile.*", "recruiting.candidate.*", "recruiting.offer.*", "people.unit.view",
        "people.employee.view", "approvals.request.*", "jobs.job.view",
    ),
    Role.ATTENDANCE_CLERK: _of(
        "attendance.setup.*", "attendance.roster.*", "attendance.protection.*", "attendance.demand.*",
        "attendance.punch.*", "attendance.day_result.*", "attendance.timesheet.*", "attendance.request.*",
        "attendance.leave.*", "people.unit.view", "people.employee.view", "jobs.job.*", "integrations.import.*",
        "approvals.request.*", "months.close.view",
    ),
    Role.PAYROLL_OFFICER: _of(
        "payroll.item.*", "payroll.run.*", "payroll.payslip.*", "payroll.file.*", "people.unit.view",
        "people.employee.view", "people.pay.*", "people.cost.*", "people.sensitive.view",
        "attendance.day_result.view", "attendance.timesheet.view", "performance.score.view", "jobs.job.*",
        "months.close.*", "approvals.request.*", "integrations.import.*",
    ),
    Role.PERFORMANCE_OWNER: _of(
        "performance.kpi.*", "performance.goal.*", "performance.reading.*", "performance.score.*",
        "people.unit.view", "people.employee.view", "jobs.job.view", "approvals.request.*",
    ),
    Role.MANAGER: _SELF_SERVICE - _of("payroll.payslip.view") | _of(
        "attendance.roster.*", "attendance.demand.*", "performance.goal.*", "performance.reading.*", "people.unit.view",
        "recruiting.candidate.view", "approvals.request.*",
    ),
    Role.EMPLOYEE: _SELF_SERVICE,
    Role.AUDITOR: _VIEW_ALL,
    Role.INTEGRATION: _of(
        "people.unit.view", "people.employee.change", "people.cost.change", "attendance.punch.change",
        "attendance.roster.view", "attendance.demand.change", "attendance.day_result.view",
        "performance.reading.change",
        "integrations.import.*", "jobs.job.view",
    ),
}  # fmt: skip

# Roles that see the whole tenant; the others see their units' subtrees (manager) or themselves (employee).
TENANT_WIDE = frozenset(Role) - {Role.MANAGER, Role.EMPLOYEE}

# Roles that work in the tenant's admin site; the others use the API.
ADMIN_SITE = TENANT_WIDE - {Role.INTEGRATION}

# What people of the tenant must do themselves, even while an operator of the service is inside.
NOT_FOR_OPERATORS = frozenset({
    "payroll.run.approve", "payroll.run.lock", "approvals.request.decide", "people.sensitive.view",
    "attendance.protection.view", "attendance.protection.change", "access.user.change", "access.token.change",
})  # fmt: skip
