"""What the home dashboard tells about people."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hrsaas.access.actors import Actor
from hrsaas.console.widgets import Number, Series, Widget, register
from hrsaas.people.queries.assignments import headcount_by_day
from hrsaas.tenancy.queries.tenants import current_tenant

MONTHS = 12


def _headcount(actor: Actor, now: datetime) -> Number:
    found = headcount_by_day([timezone.localdate(now, current_tenant().zone)])[0]
    note = _("and %(count)s digital workers") % {"count": f"{found.digital:,}"} if found.digital else ""
    return Number(f"{found.people:,}", note, reverse("admin:people_employee_changelist"))


def _headcount_by_month(actor: Actor, now: datetime) -> Series:
    days = _firsts_of_months(timezone.localdate(now, current_tenant().zone))
    counts = headcount_by_day(days)
    lines = [(_("People"), [count.people for count in counts]), (_("Digital workers"), [one.digital for one in counts])]
    return Series([f"{day:%Y-%m}" for day in days], lines)


def _firsts_of_months(last: date) -> list[date]:
    """The first days of the twelve months up to that of ``last``, oldest first."""
    month = last.year * 12 + last.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(month - MONTHS + 1, month + 1)]


def register_widgets() -> None:
    permission = "people.employee.view"
    register(Widget("people.headcount", gettext_lazy("Headcount"), permission, _headcount, order=10))
    register(
        Widget(
            "people.headcount_by_month",
            gettext_lazy("Headcount at the beginning of each month"),
            permission,
            _headcount_by_month,
            kind="line_chart",
            order=60,
        )  # fmt: skip
    )
