"""Whether what a file was made of is still the same."""

from __future__ import annotations

from datetime import date

from django.db import connection

from hrsaas.tenancy.context import require_tenant_id
from payroll.models import PayRun
from payroll.queries.filing_tables import closed_runs
from payroll.queries.voucher_accounts import accounts_on


def source_digest(run: PayRun) -> str:
    """Of the closed runs of the month, the people paid with their numbers, assignments and cost shares, the org chart,
    the projects and the accounts.
    """
    runs = closed_runs(run)
    params = {
        "tenant": require_tenant_id(), "runs": [one.pk for one in runs], "start": run.month, "end": run.end_date,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, params)
        people = cursor.fetchone()
    digests = [one.result_digest for one in runs]
    accounts = [str(one) for one in accounts_on(date.fromordinal(run.end_date.toordinal() - 1))]
    return repr([run.result_digest, run.paid_on, run.entity.version, digests, people, accounts])


_PEOPLE = """
WITH person AS (
    SELECT DISTINCT employee_id AS id FROM payroll_payslip WHERE tenant_id = %(tenant)s AND run_id = ANY(%(runs)s)
)
SELECT (SELECT md5(string_agg(e.id || ':' || e.version, ',' ORDER BY e.id))
        FROM people_employee e JOIN person ON person.id = e.id WHERE e.tenant_id = %(tenant)s),
       (SELECT md5(string_agg(concat_ws(':', a.id, a.start_date, a.end_date, a.unit_id, a.cost_centre), ','
                              ORDER BY a.id))
        FROM people_assignment a JOIN person ON person.id = a.employee_id
        WHERE a.tenant_id = %(tenant)s AND a.start_date < %(end)s AND (a.end_date IS NULL OR a.end_date > %(start)s)),
       (SELECT md5(string_agg(s.id::text, ',' ORDER BY s.id))  -- a split is never changed, but replaced
        FROM people_costsplit s JOIN person ON person.id = s.employee_id
        WHERE s.tenant_id = %(tenant)s AND s.start_date < %(end)s),
       (SELECT md5(string_agg(concat_ws(':', p.id, p.code, p.name, p.end_date), ',' ORDER BY p.id))
        FROM people_project p WHERE p.tenant_id = %(tenant)s),
       (SELECT md5(string_agg(concat_ws(':', u.id, u.parent_id, u.code, u.name), ',' ORDER BY u.id))
        FROM people_orgunit u WHERE u.tenant_id = %(tenant)s)
"""
