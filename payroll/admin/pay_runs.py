"""Pay runs: state, totals, people with errors, and the buttons that move a run on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.figures import money
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee
from payroll.admin.languages import language
from payroll.admin.manual_amounts import RunAmountForm, may_be_set, set_of_run
from payroll.admin.pay_run_steps import steps_context
from payroll.admin.recalculations import PeopleForm, initial_people, recalculate_people, recalculate_those
from payroll.admin.reviews import OPEN_STATES, ReviewPages, counts_of, open_findings, stale_context
from payroll.admin.run_files import RunFiles
from payroll.models import PayGroup, PayRun, PayScheme
from payroll.queries.pay_dates import PayDates
from payroll.queries.pay_runs import errors_of, item_totals
from payroll.queries.retro_differences import findings
from payroll.queries.reviews import review_of
from payroll.services import calculations, pay_runs

SHOWN_ERRORS = 100


class MonthForm(ServiceForm):
    month = forms.DateField(label=_("Month (its first day)"), widget=forms.DateInput)


class NewRunForm(ServiceForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=[
        (kind, kind.label) for kind in (PayRun.Kind.OFF_CYCLE, PayRun.Kind.BONUS)
    ])  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=120)
    month = forms.DateField(label=_("Month (its first day)"), widget=forms.DateInput)
    group = forms.ModelChoiceField(label=_("Pay group"), queryset=PayGroup.objects.select_related("scheme", "entity"))
    scheme = forms.ModelChoiceField(
        label=_("Pay scheme"), queryset=PayScheme.objects.all(), required=False,
        help_text=_("Leave it empty to pay by the scheme of the group."),
    )  # fmt: skip
    employees = forms.ModelMultipleChoiceField(
        label=_("Employees"), queryset=Employee.objects.filter(kind=Employee.Kind.HUMAN).order_by("code"),
        required=False, help_text=_("Leave it empty to pay the whole group."),
    )  # fmt: skip


class NoteForm(ServiceForm):
    note = forms.CharField(
        label=_("What was looked at"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class PaidForm(ServiceForm):
    paid_on = forms.DateField(label=_("Paid on"), widget=forms.DateInput)


class DecisionForm(ServiceForm):
    approve = forms.TypedChoiceField(
        label=_("Decision"), choices=[("yes", _("Approve")), ("no", _("Send back"))], coerce=lambda word: word == "yes"
    )
    comment = forms.CharField(label=_("Comment"), required=False, max_length=1_000, widget=forms.Textarea)


def _calculate(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    job = calculations.start_calculation(month=data["month"], actor=actor, now=now)
    return redirect("admin:jobs_job_change", job.pk)


def _again(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    calculations.start_run(run=subject, actor=actor, now=now)
    return redirect("admin:payroll_payrun_change", subject.pk)


def _create(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    run = pay_runs.create_run(**data, actor=actor, now=now)
    return redirect("admin:payroll_payrun_change", run.pk)


def _remove(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    pay_runs.remove_run(run=subject, actor=actor, now=now)


def _review(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    pay_runs.review_run(run=subject, note=data["note"], actor=actor, now=now)


def _pay(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    pay_runs.mark_paid(run=subject, paid_on=data["paid_on"], actor=actor, now=now)


def _submit(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    pay_runs.submit_run(run=subject, actor=actor, now=now)


def _approve(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    pay_runs.approve_run(run=subject, approve=data["approve"], comment=data["comment"], actor=actor, now=now)


def _lock(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    pay_runs.lock_run(run=subject, actor=actor, now=now)


@admin.register(PayRun, site=tenant_site)
class PayRunAdmin(RunFiles, ReviewPages):
    noun = "payroll.run"
    section = Section.PAY
    icon = "payments"
    empty_text = _("A pay run is everybody's pay of one month. The month close makes it, or calculate one now.")
    order = 10
    list_display = ("month_here", "name_here", "state_here", "headcount", "error_count", "gross", "tax", "net", "cost")
    list_filter = ("state", "kind", "group")
    list_select_related = ("group",)
    ordering = ("-month",)

    calculate = ServiceAction(_("Calculate a month"), on="list", form=MonthForm, run=_calculate, icon="calculate")
    again = ServiceAction(
        _("Calculate again"), on="row", run=_again, icon="calculate", offered=lambda run: run.is_open,
        text=_("Only payslips that differ are written."),
    )  # fmt: skip
    recalculate = ServiceAction(
        _("Recalculate people"), on="row", form=PeopleForm, run=recalculate_people, icon="person_check",
        initial=initial_people, offered=lambda run: run.is_open and run.state not in OPEN_STATES,
        text=_("At once, by the formulas that the run has."),
    )  # fmt: skip
    recalculate_changed = ServiceAction(
        _("Recalculate changed people"), on="row", run=recalculate_those, icon="person_check",
        offered=lambda run: run.is_open and run.state not in OPEN_STATES,
        text=_("Everybody whose data changed since the run was calculated; the others keep their payslips."),
    )  # fmt: skip
    set_amount = ServiceAction(
        _("Set an amount by hand"), on="row", form=RunAmountForm, run=set_of_run, icon="edit_note", offered=may_be_set,
        text=_("It counts instead of the formula, and must be acknowledged in the review."),
    )  # fmt: skip
    create = ServiceAction(
        _("Off-cycle or bonus run"), on="list", form=NewRunForm, run=_create, icon="add_card",
        text=_("Enter the values of the run after it is made, then calculate it."),
    )  # fmt: skip
    remove = ServiceAction(
        _("Take back"), on="row", run=_remove, icon="delete", variant=ActionVariant.DANGER,
        offered=lambda run: run.is_open and not run.is_regular,
        text=_("Its payslips and the values entered for it go with it."),
    )  # fmt: skip
    review = ServiceAction(
        _("Confirm the review"), on="row", form=NoteForm, run=_review, icon="fact_check",
        offered=lambda run: run.state == PayRun.State.CALCULATED,
        text=_("You confirm that you looked through the figures. Calculating again takes it back if they change."),
        first=open_findings,
    )  # fmt: skip
    submit = ServiceAction(
        _("Submit for approval"), on="row", run=_submit, icon="send",
        offered=lambda run: run.is_open and run.state == PayRun.State.REVIEWED,
    )  # fmt: skip
    approve = ServiceAction(
        _("Approve or send back"), on="row", verb="approve", form=DecisionForm, run=_approve, icon="how_to_reg",
        offered=lambda run: run.submitted_at is not None and run.state == PayRun.State.REVIEWED,
    )  # fmt: skip
    lock = ServiceAction(
        _("Lock"), on="row", verb="lock", run=_lock, icon="lock", variant=ActionVariant.DANGER,
        offered=lambda run: run.state == PayRun.State.APPROVED,
        text=_("Nobody can change a locked run or its payslips, not even in the database."),
    )  # fmt: skip
    pay = ServiceAction(
        _("Mark as paid"), on="row", verb="lock", form=PaidForm, run=_pay, icon="task_alt",
        offered=lambda run: run.state == PayRun.State.LOCKED,
    )  # fmt: skip
    actions_list = ("calculate", "create")
    actions_detail = (
        "again", "recalculate", "recalculate_changed", "set_amount", "acknowledge", "review", "submit", "approve",
        "lock", "pay", "remove", "payslip_files", "bank_file", "other_file",
    )  # fmt: skip
    change_form_template = "payroll/pay_run.html"
    # Who did what when stands above, in the steps.
    fields = readonly_fields = (
        "month_here", "name_here", "entity", "scheme", "state_here", "headcount", "error_count", "warning_count",
        "gross", "tax", "net", "cost", "review_note", "due_on", "result_digest",
    )  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        run: PayRun | None = self.get_object(request, object_id)
        if run is not None:
            extra_context = {**(extra_context or {}), **_context(run, self.actor(request))}
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return response

    @admin.display(description=_("month"), ordering="month")
    def month_here(self, run: PayRun) -> str:
        return f"{run.month:%Y-%m}"

    @admin.display(description=_("pay run"))
    def name_here(self, run: PayRun) -> str:
        return " · ".join(filter(None, [str(run.group), run.title or str(run.get_kind_display())]))

    @admin.display(description=_("state"), ordering="state")
    def state_here(self, run: PayRun) -> str:
        waits = run.submitted_at is not None and run.state == PayRun.State.REVIEWED
        return str(_("Waiting for approval")) if waits else str(run.get_state_display())

    @admin.display(description=_("to be paid by"))
    def due_on(self, run: PayRun) -> date | None:
        return PayDates().due_on(run)

    @admin.display(description=_("gross (yuan)"), ordering="gross_fen")
    def gross(self, run: PayRun) -> str:
        return money(run.gross_fen)

    @admin.display(description=_("income tax (yuan)"), ordering="tax_fen")
    def tax(self, run: PayRun) -> str:
        return money(run.tax_fen)

    @admin.display(description=_("net (yuan)"), ordering="net_fen")
    def net(self, run: PayRun) -> str:
        return money(run.net_fen)

    @admin.display(description=_("cost of employment (yuan)"), ordering="cost_fen")
    def cost(self, run: PayRun) -> str:
        return money(run.cost_fen)


def _context(run: PayRun, actor: Actor) -> dict[str, Any]:
    """What the page shows besides the fields."""
    here = language()
    review = None if run.state in OPEN_STATES else review_of(run)
    counts = None if review is None else counts_of(review)
    may_recalculate = run.is_open and run.state not in OPEN_STATES and actor.may("payroll.run.change")
    return {
        "totals": [
            (item["name" if here == "zh" else "name_en"], money_at(amount, item["scale"]))
            for item, amount in item_totals(run)
            if amount is not None
        ],
        "findings": [one[here] for one in findings(run)],
        "run_errors": [(slip, [one[here] for one in slip.error]) for slip in errors_of(run)[:SHOWN_ERRORS]],
        "more_errors": run.error_count > SHOWN_ERRORS,
        "recalculate_url": reverse("admin:payroll_payrun_recalculate", args=[run.pk]) if may_recalculate else "",
        "payslips_url": f"{reverse('admin:payroll_payslip_changelist')}?run__id__exact={run.pk}",
        "review_url": reverse("admin:payroll_payrun_findings", args=[run.pk]),
        "review_counts": counts,
        "stale": None if review is None else stale_context(review, may_recalculate=may_recalculate),
        **steps_context(run, actor, sum(row["open"] for row in counts or ())),
    }


def money_at(amount: int, scale: int) -> str:
    return money(amount) if scale == 2 else f"{amount / 10**scale:,}"
