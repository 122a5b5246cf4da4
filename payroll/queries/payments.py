"""Which payslips of a run bank files pay already, and which are held back."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Q

from hrsaas.tenancy.context import require_tenant_id
from payroll.models import Payment, PaymentHold, PayRun


def paid_people(run: PayRun) -> set[int]:
    """Employees whose net pay of the run is in some bank file."""
    rows = Payment.objects.filter(payslip__run=run).order_by()
    return set(rows.values_list("payslip__employee_id", flat=True))


def held_people(run: PayRun, on_date: date) -> dict[int, str]:
    """Employee → why the pay of the run is held on a day."""
    rows = PaymentHold.objects.filter(Q(run=None) | Q(run=run), month=run.month, released_at=None)
    rows = rows.exclude(until_date__lte=on_date).order_by("id")
    return dict(rows.values_list("employee_id", "reason"))


def anybody_to_pay(run: PayRun, on_date: date) -> bool:
    """Whether a bank file made now would pay somebody."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_PAY, {"tenant": require_tenant_id(), "run": run.pk, "month": run.month, "day": on_date})
        return cursor.fetchone() is not None


_TO_PAY = """
SELECT 1 FROM payroll_payslip slip
JOIN people_employee person ON person.tenant_id = slip.tenant_id AND person.id = slip.employee_id
WHERE slip.tenant_id = %(tenant)s AND slip.run_id = %(run)s AND slip.net_fen > 0 AND person.bank_account <> ''
  AND NOT EXISTS (SELECT 1 FROM payroll_payment made
                  WHERE made.tenant_id = slip.tenant_id AND made.payslip_id = slip.id)
  AND NOT EXISTS (SELECT 1 FROM payroll_paymenthold hold
                  WHERE hold.tenant_id = slip.tenant_id AND hold.employee_id = slip.employee_id
                    AND hold.month = %(month)s AND (hold.run_id IS NULL OR hold.run_id = slip.run_id)
                    AND hold.released_at IS NULL AND (hold.until_date IS NULL OR hold.until_date > %(day)s))
LIMIT 1
"""
