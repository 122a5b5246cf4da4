"""What people read in place of permission codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

NOUN_LABELS: dict[str, Any] = {
    "tenancy.settings": _("Company settings"),
    "access.user": _("Users and roles"),
    "access.token": _("API tokens"),
    "audit.entry": _("Audit trail"),
    "jobs.job": _("Jobs"),
    "approvals.request": _("Approval requests"),
    "months.close": _("Month close"),
    "people.unit": _("Org units and positions"),
    "people.employee": _("Employees"),
    "people.pay": _("Base pay and bank accounts"),
    "people.cost": _("Projects and cost shares"),
    "people.sensitive": _("Identity numbers and phones"),
    "recruiting.profile": _("Job profiles"),
    "recruiting.candidate": _("Candidates"),
    "recruiting.offer": _("Offers"),
    "attendance.setup": _("Shifts, rotations and calendars"),
    "attendance.roster": _("Rosters"),
    "attendance.protection": _("Minors, pregnancy and nursing"),
    "attendance.demand": _("Staffing demand"),
    "attendance.punch": _("Punches"),
    "attendance.day_result": _("Day results"),
    "attendance.timesheet": _("Timesheets"),
    "attendance.request": _("Attendance requests"),
    "attendance.leave": _("leave and travel"),
    "performance.kpi": _("KPI library"),
    "performance.goal": _("Goals"),
    "performance.reading": _("KPI readings"),
    "performance.score": _("Scores"),
    "payroll.item": _("Pay items and formulas"),
    "payroll.run": _("Pay runs"),
    "payroll.payslip": _("Payslips"),
    "payroll.file": _("Payroll files (bank, tax, payslips)"),
    "integrations.import": _("Imports"),
}
VERB_LABELS: dict[str, Any] = {
    "view": _("look"),
    "change": _("change"),
    "decide": _("decide"),
    "run": _("run"),
    "lock": _("lock"),
    "request": _("ask for oneself"),
    "stamp": _("stamp for oneself"),
    "approve": _("approve"),
    "apply": _("apply"),
}


def permission_label(permission: str) -> Any:
    """Lazy text such as “Rosters: change”."""
    noun, verb = permission.rsplit(".", 1)
    return format_lazy("{noun}: {verb}", noun=NOUN_LABELS[noun], verb=VERB_LABELS[verb])


def choices(permissions: Iterable[str]) -> list[tuple[str, Any]]:
    """For form fields, sorted by code."""
    return [(code, permission_label(code)) for code in sorted(permissions)]
