"""A tenant with so many people that only SQL makes them quickly, and all that their payroll reads of a month."""

from __future__ import annotations

from datetime import date

from django.db import connections
from django.db.models import IntegerField, JSONField
from django.utils import timezone

from attendance.models import Timesheet
from benchmarks.tenants import ACTOR, analyze
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE
from integrations.services.openings import open_tenant

MONTHS = (date(2026, 2, 1), date(2026, 3, 1))
UNITS = 200


def tenant_to_pay(slug: str, *, people: int) -> Tenant:
    """A shop chain in eight cities with timesheets, scores, sales and insurance bases of ``MONTHS``.

    One person of fifty moved up within the second month, one of fifty joined in it.
    """
    tenant = tenant_of_many(slug, people=people)
    with connections[MAINTENANCE].cursor() as cursor:
        for sql in (_MONTHS, _GOAL_MONTHS, _TIMESHEETS, _SCORES, _BASES, _SALES):
            cursor.execute(sql, {"tenant": tenant.id, "months": list(MONTHS)})
    analyze()
    return tenant


def tenant_of_many(slug: str, *, people: int, template: str = "retail") -> Tenant:
    """Its people have numbers, units, pay and cities, and nothing else yet."""
    now = timezone.now()
    tenant = open_tenant(slug=slug, name=slug, template=template, calendar="national", actor=ACTOR, now=now).tenant
    with tenant_context(tenant.id):
        for number in range(UNITS):
            create_unit(code=f"U{number}", name=f"门店{number}", actor=ACTOR, now=now)
        create_position(code="staff", name="店员", actor=ACTOR, now=now)
    with connections[MAINTENANCE].cursor() as cursor:
        for sql in (_PEOPLE, _FIRST_ASSIGNMENTS, _RAISES):
            cursor.execute(sql, {"tenant": tenant.id, "people": people, "units": UNITS})
    analyze()
    return tenant


_PEOPLE = """
INSERT INTO people_employee (tenant_id, code, name, name_en, kind, pinyin, initials, search_text, hire_date, phone,
                             id_number, bank_account, bank_name, version)
SELECT %(tenant)s, 'P' || lpad(n::text, 7, '0'), '员工' || n, '', 'human', 'yuangong' || n, 'yg' || n,
       'yuangong' || n, CASE WHEN n %% 50 = 7 THEN date '2026-03-09' ELSE date '2015-01-01' + (n %% 3600)::int END,
       '', '', '', '', 1
FROM generate_series(1, %(people)s) AS n
"""
_NUMBERED = """(SELECT *, substr(code, 2)::int AS n FROM people_employee WHERE tenant_id = %(tenant)s)"""
_FIRST_ASSIGNMENTS = f"""
INSERT INTO people_assignment (tenant_id, employee_id, start_date, end_date, unit_id, position_id, work_city,
                               cost_centre, employment_type, base_pay_fen)
SELECT e.tenant_id, e.id, e.hire_date, CASE WHEN n %% 50 = 13 THEN date '2026-03-16' END, u.id, p.id,
       (ARRAY['上海', '北京', '深圳', '广州', '杭州', '成都', '武汉', '西安'])[n %% 8 + 1], '', 'full_time',
       500000 + n %% 20000 * 100
FROM {_NUMBERED} e
JOIN people_orgunit u ON u.tenant_id = e.tenant_id AND u.code = 'U' || n %% %(units)s
JOIN people_position p ON p.tenant_id = e.tenant_id AND p.code = 'staff'
"""
_RAISES = """
INSERT INTO people_assignment (tenant_id, employee_id, start_date, unit_id, position_id, work_city, cost_centre,
                               employment_type, base_pay_fen)
SELECT tenant_id, employee_id, end_date, unit_id, position_id, work_city, '', 'full_time', base_pay_fen + 100000
FROM people_assignment WHERE tenant_id = %(tenant)s AND end_date IS NOT NULL
"""
_MONTHS = """
INSERT INTO attendance_attendancemonth (tenant_id, start_date, state, locked_by, digest, version)
SELECT %(tenant)s, month, 'open', '', '', 1 FROM unnest(%(months)s::date[]) AS month
"""
_GOAL_MONTHS = """
INSERT INTO performance_performancemonth (tenant_id, start_date, state, locked_by)
SELECT %(tenant)s, month, 'open', '' FROM unnest(%(months)s::date[]) AS month
"""
_SHEET = {
    "due_days": "22", "due_minutes": "10560", "worked_days": "22 - absent", "absent_days": "absent",
    "absent_minutes": "480 * absent", "unpaid_day_hundredths": "100 * absent", "worked_minutes": "10560 - 480 * absent",
    "late_count": "n %% 3", "late_minutes": "n %% 3 * 7", "overtime_weekday_minutes": "n %% 5 * 90",
    "overtime_rest_day_minutes": "n %% 7 / 6 * 480", "night_minutes": "n %% 4 * 240", "night_shift_count": "n %% 4",
    "shift_days": """'{"A": 12, "B": 10}'""",
}  # fmt: skip
# Whatever else a timesheet may count is nothing here.
_SHEET |= {
    field.column: "'{}'" if isinstance(field, JSONField) else "0"
    for field in Timesheet._meta.concrete_fields
    if isinstance(field, IntegerField | JSONField) and field.column not in _SHEET and not field.primary_key
}
_TIMESHEETS = f"""
INSERT INTO attendance_timesheet (tenant_id, month_id, employee_id, {", ".join(_SHEET)})
SELECT e.tenant_id, m.id, e.id, {", ".join(_SHEET.values())}
FROM {_NUMBERED} e JOIN attendance_attendancemonth m ON m.tenant_id = e.tenant_id AND e.hire_date < m.start_date + 28,
     LATERAL (SELECT n %% 17 / 16 AS absent) AS days
"""
_SCORES = f"""
INSERT INTO performance_score (tenant_id, employee_id, month, value, coverage, missing_policy, coefficient_e4, parts,
                               computed_at)
SELECT e.tenant_id, e.id, month, 80 + n %% 40, 1, 'skip', 8000 + n %% 40 * 100,
       jsonb_build_array(jsonb_build_object('kpi', 'sales_vs_plan', 'weight', '50', 'reading', n %% 120),
                         jsonb_build_object('kpi', 'units_per_transaction', 'weight', '50', 'reading', n %% 3)), now()
FROM {_NUMBERED} e, unnest(%(months)s::date[]) AS month WHERE n %% 10 > 0
"""
# Entered once and standing: a base of one's own, relief of tax; every month: sales.
_BASES = f"""
INSERT INTO payroll_monthlyinput (tenant_id, employee_id, month, input_id, number)
SELECT e.tenant_id, e.id, (%(months)s::date[])[1], i.id, 500000 + n %% 3000 * 100
FROM {_NUMBERED} e JOIN payroll_payinput i ON i.tenant_id = e.tenant_id AND i.code IN ('social_base', 'fund_base')
"""
_SALES = f"""
INSERT INTO payroll_monthlyinput (tenant_id, employee_id, month, input_id, number)
SELECT e.tenant_id, e.id, month, i.id, 2000000 + n %% 7000 * 1000
FROM {_NUMBERED} e JOIN payroll_payinput i ON i.tenant_id = e.tenant_id AND i.code = 'sales',
     unnest(%(months)s::date[]) AS month
"""
