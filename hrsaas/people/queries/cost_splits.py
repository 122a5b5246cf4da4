"""Where people's cost goes, as columns for the engines that split the pay of many."""

from __future__ import annotations

from datetime import date

from hrsaas.people.rules.cost_shares import STEPS
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, read_columns_and_text


def cost_share_columns(day: date) -> tuple[dict[str, Ints], list[str]]:
    """The shares that hold on the day, by employee and in the order in which they were given, in one statement.

    Columns employee_id, project_id (0: none), steps (of 10,000, per employee 10,000 together), and the cost centres
    ('': that of the assignment). Who has no split has no rows.
    """
    params = {"tenant": require_tenant_id(), "day": day, "steps": STEPS}
    return read_columns_and_text(_SHARES, params, ("employee_id", "project_id", "steps"))


def place_columns(start: date, end: date) -> tuple[dict[str, Ints], list[str]]:
    """Where everybody worked in [start, end), by employee and first day, in one statement.

    Columns employee_id, unit_id, days (with an assignment there), and the cost centres.
    """
    params = {"tenant": require_tenant_id(), "start": start, "end": end}
    return read_columns_and_text(_PLACES, params, ("employee_id", "unit_id", "days"))


_SHARES = """
SELECT held.employee_id, COALESCE(share.project_id, 0), (share.share_rate * %(steps)s)::bigint, share.cost_centre
FROM (
    SELECT DISTINCT ON (employee_id) id, employee_id FROM people_costsplit
    WHERE tenant_id = %(tenant)s AND start_date <= %(day)s ORDER BY employee_id, start_date DESC
) held
JOIN people_costshare share ON share.tenant_id = %(tenant)s AND share.split_id = held.id
ORDER BY held.employee_id, share.id
"""
_PLACES = """
SELECT employee_id, unit_id,
       sum(least(end_date, %(end)s::date) - greatest(start_date, %(start)s::date))::bigint,  -- NULLs are left out
       cost_centre
FROM people_assignment
WHERE tenant_id = %(tenant)s AND start_date < %(end)s AND (end_date IS NULL OR end_date > %(start)s)
GROUP BY employee_id, unit_id, cost_centre ORDER BY employee_id, min(start_date)
"""
