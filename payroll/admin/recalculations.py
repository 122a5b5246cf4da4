"""Calculating some people of a run again, from the run's page and from the list of payslips."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.forms import ServiceForm
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from payroll.models import PayRun, Payslip
from payroll.queries.pay_runs import errors_of
from payroll.services.calculations import recalculate, recalculate_changed

AT_ONCE = 200
"""People calculated while somebody waits; more are a job."""


class CodesInput(forms.Textarea):
    """A text with employee numbers, or one number per ticked box of the same name."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return "\n".join(data.getlist(name))


class PeopleForm(ServiceForm):
    codes = forms.CharField(
        label=_("Employee numbers"), widget=CodesInput(attrs={"rows": 6}),
        help_text=_("Separated by spaces, commas or lines. Everybody else keeps the payslip."),
    )  # fmt: skip

    def clean_codes(self) -> list[Employee]:
        codes = set(re.split(r"[\s,，、;；]+", self.cleaned_data["codes"].strip()))
        found = list(Employee.objects.filter(code__in=codes, kind=Employee.Kind.HUMAN).order_by("code"))
        unknown = sorted(codes - {one.code for one in found})
        if unknown:
            raise forms.ValidationError(_("There is nobody with the number %(codes)s.") % {"codes": ", ".join(unknown)})
        return found


def initial_people(run: PayRun) -> dict[str, str]:
    """Those with errors."""
    return {"codes": "\n".join(errors_of(run).values_list("employee_code", flat=True)[:AT_ONCE])}


def recalculate_people(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    return _recalculated([(subject, data["codes"])], actor, now)


def recalculate_those(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    return _told(recalculate_changed(run=subject, actor=actor, now=now).counts)


def recalculate_payslips(*, subject: Iterable[Payslip], data: dict[str, Any], actor: Actor, now: datetime) -> str:
    people: dict[PayRun, list[Employee]] = {}
    for slip in subject.select_related("run", "employee")[: AT_ONCE + 1]:  # type: ignore[attr-defined]  # a queryset
        people.setdefault(slip.run, []).append(slip.employee)
    return _recalculated(list(people.items()), actor, now)


def _recalculated(parts: Sequence[tuple[PayRun, list[Employee]]], actor: Actor, now: datetime) -> str:
    if sum(len(people) for _run, people in parts) > AT_ONCE:
        raise DomainError(
            "payroll.run.too_many_people", zh=f"一次最多重算 {AT_ONCE} 人，更多请重新核算整个批次。",
            en=f"At most {AT_ONCE} people at once. Calculate the whole run for more.",
        )  # fmt: skip
    results = [recalculate(run=run, employees=people, actor=actor, now=now) for run, people in parts]
    return _told({name: sum(result.counts[name] for result in results) for name in ("people", "changed", "errors")})


def _told(counts: Mapping[str, int]) -> str:
    return str(_("%(people)s people calculated again, %(changed)s payslips changed, %(errors)s with errors.") % counts)
