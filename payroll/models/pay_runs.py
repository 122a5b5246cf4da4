"""The calculation of pay for one group of people: the regular one of a month, and any other beside it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.access.models import User
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from payroll.models.formula_set_versions import FormulaSetVersion
from payroll.models.legal_entities import LegalEntity
from payroll.models.pay_groups import PayGroup
from payroll.models.pay_schemes import PayScheme


class PayRun(TenantModel):
    """One run. draft → calculating → calculated → reviewed → approved (by somebody else) → locked → paid.

    kind: a group has one regular run a month; off-cycle and bonus runs come beside it, with a title, a scheme of
    their own if they want, and for the people named in PayRunPerson (none: the whole group). What a person got in a
    run made before (see ``queries.histories``) counts as past in one made later.
    submitted_at: set while a reviewed run waits for its approval. maker: who submitted it; checker: who approved.
    entity, scheme: the group's when the run was made.
    input_digest, result_digest: SHA-256 over the payslips' inputs and over all of them, by employee number.
    history_digest: over the earlier runs of the year as they were when this one was calculated.
    parts: ranges of employee ids that have been calculated by the formula set and on those earlier runs; see
    ``rules.parts``. Only a run that has them all is finished.
    chain: digests of each 1,000 payslips, each over the one before; written by the lock. *_fen: sums over payslips
    without errors. From ``approved`` on the database lets a run only go forward, and refuses writes to its payslips.
    """

    class Kind(models.TextChoices):
        REGULAR = "regular", _("Regular")
        OFF_CYCLE = "off_cycle", _("Off-cycle")
        BONUS = "bonus", _("Bonus")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CALCULATING = "calculating", _("Calculating")
        CALCULATED = "calculated", _("Calculated")
        REVIEWED = "reviewed", _("Reviewed")
        APPROVED = "approved", _("Approved")
        LOCKED = "locked", _("Locked")
        PAID = "paid", _("Paid")

    CLOSED = (State.LOCKED, State.PAID)

    group = TenantForeignKey(PayGroup, models.PROTECT, related_name="runs", verbose_name=_("pay group"))
    entity = TenantForeignKey(LegalEntity, models.PROTECT, related_name="runs", verbose_name=_("legal entity"))
    scheme = TenantForeignKey(PayScheme, models.PROTECT, related_name="runs", verbose_name=_("pay scheme"))
    month = models.DateField(_("month"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.REGULAR)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    formula_set = TenantForeignKey(
        FormulaSetVersion, models.PROTECT, related_name="runs", verbose_name=_("formula set"), null=True, blank=True
    )
    reviewed_by = models.CharField(_("reviewed by"), max_length=200, blank=True)
    review_note = models.TextField(_("note of the review"), blank=True)
    maker = TenantForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    maker_label = models.CharField(_("submitted by"), max_length=200, blank=True)
    checker = TenantForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    checker_label = models.CharField(_("approved by"), max_length=200, blank=True)
    locked_by = models.CharField(_("locked by"), max_length=200, blank=True)
    paid_by = models.CharField(_("marked as paid by"), max_length=200, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    headcount = models.IntegerField(_("people"), default=0)
    error_count = models.IntegerField(_("people with errors"), default=0)
    warning_count = models.IntegerField(_("people with warnings"), default=0)
    gross_fen = models.BigIntegerField(_("gross (fen)"), default=0)
    tax_fen = models.BigIntegerField(_("income tax (fen)"), default=0)
    net_fen = models.BigIntegerField(_("net (fen)"), default=0)
    cost_fen = models.BigIntegerField(_("cost of employment (fen)"), default=0)
    input_digest = models.CharField(_("digest of the inputs"), max_length=64, blank=True)
    result_digest = models.CharField(_("digest of the payslips"), max_length=64, blank=True)
    history_digest = models.CharField(_("digest of the earlier runs"), max_length=64, blank=True)
    parts = models.JSONField(_("people calculated"), default=list)
    chain = models.JSONField(_("chain of digests"), default=list)
    created_at = models.DateTimeField(_("made at"))
    calculated_at = models.DateTimeField(_("calculated at"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # for ETags; services count it up

    class Meta(TenantModel.Meta):
        verbose_name = _("pay run")
        verbose_name_plural = _("pay runs")
        ordering = ["-month", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "group", "month"], condition=Q(kind="regular"), name="payroll_run_month"
            ),
            models.CheckConstraint(
                condition=Q(kind="regular", title="") | (~Q(kind="regular") & ~Q(title="")), name="payroll_run_title"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="payroll_run_first"),
            models.CheckConstraint(
                condition=Q(checker=None) | Q(maker=None) | ~Q(checker=F("maker")), name="payroll_run_maker_checker"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "locked", "paid"])
                | Q(approved_at__isnull=False, checker__isnull=False, formula_set__isnull=False),
                name="payroll_run_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["locked", "paid"], locked_at__isnull=False, error_count=0)
                | (~Q(state__in=["locked", "paid"]) & Q(locked_at=None)),
                name="payroll_run_locked",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False) | (~Q(state="paid") & Q(paid_on=None)),
                name="payroll_run_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "month"], name="payroll_run_by_month"),
            models.Index(fields=["tenant", "entity", "month"], name="payroll_run_by_entity"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, [f"{self.month:%Y-%m}", str(self.group), self.title]))

    @property
    def end_date(self) -> date:
        """The first day after the month."""
        return (self.month + timedelta(days=31)).replace(day=1)

    @property
    def is_open(self) -> bool:
        """Whether it may be calculated (again)."""
        return self.state not in (self.State.APPROVED, *self.CLOSED) and self.submitted_at is None

    @property
    def is_regular(self) -> bool:
        return self.kind == self.Kind.REGULAR


class PayRunPerson(TenantModel):
    """One of the people that an off-cycle or bonus run is for."""

    run = TenantForeignKey(PayRun, models.CASCADE, related_name="people", verbose_name=_("pay run"))
    employee = TenantForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("employee"))

    class Meta(TenantModel.Meta):
        verbose_name = _("person of a pay run")
        verbose_name_plural = _("people of pay runs")
        ordering = ["run", "employee"]
        constraints = [models.UniqueConstraint(fields=["tenant", "run", "employee"], name="payroll_run_person")]

    def __str__(self) -> str:
        return f"{self.run} · {self.employee}"
