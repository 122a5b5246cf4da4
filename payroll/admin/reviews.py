"""The review of a run: findings and variances on a page, exports, acknowledgements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.exports import rows_response
from hrsaas.console.figures import money
from hrsaas.console.forms import ServiceForm
from hrsaas.console.service_actions import ServiceAction, Todo
from hrsaas.people.models import Employee
from payroll.admin.languages import language
from payroll.admin.pay_run_steps import first_to_do
from payroll.models import PayRun
from payroll.queries.finding_texts import WORDS
from payroll.queries.reviews import FindingRows, Review, review_of
from payroll.queries.variances import variances
from payroll.rules.findings import STOPS, Kind, Severity
from payroll.services.reviews import acknowledge_findings

PAGE = 50
SHOWN_TOTALS = 30
FORMATS = ("csv", "xlsx")
HEADINGS = (_("severity"), _("finding"), _("employee number"), _("full name"), _("text"), _("open"))
OPEN_STATES = (PayRun.State.DRAFT, PayRun.State.CALCULATING)


class AcknowledgeForm(ServiceForm):
    kind = forms.ChoiceField(
        label=_("Finding"), choices=lambda: [(kind.value, WORDS[kind].title(language())) for kind in Kind
                                             if kind in STOPS and kind != Kind.ERROR],
    )  # fmt: skip
    employee = forms.ModelChoiceField(
        label=_("Employee"), required=False,
        queryset=Employee.objects.filter(kind=Employee.Kind.HUMAN).order_by("code"),
        help_text=_("Leave it empty for everybody with this finding."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why it may stay"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


def _acknowledge(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    acknowledge_findings(run=subject, **data, actor=actor, now=now)


def open_findings(run: PayRun) -> Todo | None:
    """What keeps the run from being reviewed, by kind, each with its place on the review page."""
    if run.state in OPEN_STATES:
        return None
    counts = [row for row in counts_of(review_of(run)) if row["open"]]
    page = reverse("admin:payroll_payrun_findings", args=[run.pk])
    links = [(f"{row['title']} · {row['open']}", f"{page}?open=1&kind={row['kind']}") for row in counts]
    return Todo(first_to_do(sum(row["open"] for row in counts)), links) if links else None


class ReviewPages(TenantAdmin):
    """Part of the runs' own admin."""

    acknowledge = ServiceAction(
        _("Acknowledge findings"), on="row", form=AcknowledgeForm, run=_acknowledge, icon="rule",
        variant=ActionVariant.DEFAULT, offered=lambda run: run.is_open and run.state not in OPEN_STATES,
        text=_("It is noted in the audit trail, and counts until the figures change."),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:object_id>/review-findings/", view(self.review_view), name="payroll_payrun_findings"),
            path(
                "<int:object_id>/review-findings.<str:kind>", view(self.export_findings),
                name="payroll_payrun_export_findings",
            ),
            *super().get_urls(),
        ]  # fmt: skip

    def review_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        run = self._reviewed(request, object_id)
        review = review_of(run)
        rows = _filtered(review, request)
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": gettext("Review of %(run)s") % {"run": run},
            "run": run,
            "counts": counts_of(review),
            "page": page,
            "rows": [_shown(row) for row in page.object_list],
            "chosen": urlencode({name: request.GET[name] for name in ("kind", "open") if request.GET.get(name)}),
            "acknowledge_url": self._acknowledge_url(request, run),
            "tables": [
                (_("By pay item"), [_compared(row) for row in variances(run, "item")[:SHOWN_TOTALS]]),
                (_("By org unit (gross pay)"), [_compared(row) for row in variances(run, "unit")[:SHOWN_TOTALS]]),
                (_("By person (net pay)"), [_compared(row) for row in variances(run, "person")[:SHOWN_TOTALS]]),
            ],
            "exports": [reverse("admin:payroll_payrun_export_findings", args=[run.pk, kind]) for kind in FORMATS],
            "back": reverse("admin:payroll_payrun_change", args=[run.pk]),
        }  # fmt: skip
        return TemplateResponse(request, "payroll/review.html", context)

    def export_findings(self, request: HttpRequest, object_id: int, kind: str) -> FileResponse:
        """All findings under the filter as CSV or XLSX."""
        if kind not in FORMATS:
            raise Http404
        run = self._reviewed(request, object_id)
        rows = _filtered(review_of(run), request)
        headings = [
            gettext("severity"),
            gettext("finding"),
            gettext("employee number"),
            gettext("full name"),
            gettext("text"),
            gettext("open"),
        ]
        return rows_response(
            self, request, kind, name=f"findings-{run.month:%Y-%m}", headings=headings, rows=_cells(rows)
        )

    def _acknowledge_url(self, request: HttpRequest, run: PayRun) -> str:
        """Empty for whoever may not, and when it is too late."""
        may = self.actor(request).may("payroll.run.change") and run.is_open
        return reverse("admin:payroll_payrun_acknowledge", args=[run.pk]) if may else ""

    def _reviewed(self, request: HttpRequest, object_id: int) -> PayRun:
        run = self.get_object(request, str(object_id)) if self.has_view_permission(request) else None
        if run is None or run.state in OPEN_STATES:
            raise Http404
        found: PayRun = PayRun.objects.select_related("formula_set", "group").get(pk=run.pk)
        return found


def counts_of(review: Any) -> list[dict[str, Any]]:
    """The counts with titles in the active language and what the severity is called."""
    title = f"title_{language()}"
    return [
        {**row, "title": row[title], "severity_title": SEVERITIES[Severity(row["severity"])]} for row in review.counts()
    ]


def stale_context(review: Review, *, may_recalculate: bool) -> dict[str, Any] | None:
    """For payroll/pay_run_changes.html: what of a run is not what it was calculated from; None if all is."""
    changes, run, here = review.changes, review.run, language()
    if not changes:
        return None
    assert run.formula_set is not None
    args = [run.pk]
    return {
        "people": len(changes.people), "formulas": changes.formulas, "earlier": changes.earlier,
        "missing": len(changes.missing), "surplus": len(changes.surplus),
        "sources": [
            {**row, "title": row[here], "inputs": [{**one, "title": one[here]} for one in row["inputs"]]}
            for row in changes.by_source(run.formula_set)
        ],
        "findings_url": f"{reverse('admin:payroll_payrun_findings', args=args)}?kind={Kind.INPUTS_CHANGED}",
        "again_url": reverse("admin:payroll_payrun_again", args=args) if may_recalculate else "",
        "these_url": reverse("admin:payroll_payrun_recalculate_changed", args=args)
        if may_recalculate and not changes.formulas and not changes.earlier else "",
    }  # fmt: skip


def _filtered(review: Any, request: HttpRequest) -> FindingRows:
    rows: FindingRows = review.rows(kind=request.GET.get("kind") or None, only_open=bool(request.GET.get("open")))
    return rows


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    here = language()
    who = " ".join(filter(None, [row["employee_code"], row["employee_name"]]))
    may_stay = row["is_open"] and row["kind"] != Kind.ERROR
    return {**row, "who": who, "title": row[f"title_{here}"], "text": row[here], "may_stay": may_stay,
            "severity_title": SEVERITIES[Severity(row["severity"])]}  # fmt: skip


def _compared(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name" if language() == "zh" else "name_en"], "now": money(row["now_fen"]),
        "before": money(row["before_fen"]), "difference": money(row["difference_fen"]),
        "percent": "–" if row["percent"] is None else f"{row['percent']} %", "changed": row["difference_fen"] != 0,
    }  # fmt: skip


def _cells(rows: FindingRows) -> Iterator[list[Any]]:
    for batch in rows.batches():
        for row in map(_shown, batch):
            yield [str(row["severity_title"]), row["title"], row["employee_code"], row["employee_name"], row["text"],
                   int(row["is_open"])]  # fmt: skip


SEVERITIES = {Severity.STOP: _("must be settled"), Severity.LOOK: _("look at it"), Severity.INFO: _("for information")}
