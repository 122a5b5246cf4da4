"""What a person claims of the special additional deductions (专项附加扣除)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class DeductionClaim(TenantModel):
    """One claim, for the months [start_date, end_date); both first days of months, an open end runs on.

    birth_date: of the child, or of the oldest parent. share_percent: this person's part of a child or of the interest,
    100 or 50. rent_tier: 1 to 3, by city. agreed_fen: what brothers and sisters agreed on a month for the support of
    parents; null: an only child. A degree and a mortgage begin with their first month, a certificate with its own.
    """

    class Kind(models.TextChoices):
        CHILD = "child", _("Child (infant care, education)")
        DEGREE = "degree", _("Own education: degree")
        CERTIFICATE = "certificate", _("Own education: certificate")
        MORTGAGE = "mortgage", _("Interest on the first home")
        RENT = "rent", _("Rent")
        ELDERLY = "elderly", _("Support of parents")

    BORN = (Kind.CHILD, Kind.ELDERLY)
    SHARED = (Kind.CHILD, Kind.MORTGAGE)

    employee = TenantForeignKey(
        Employee, models.PROTECT, related_name="deduction_claims", verbose_name=_("employee")
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)
    birth_date = models.DateField(_("birth date of the child or the oldest parent"), null=True, blank=True)
    share_percent = models.SmallIntegerField(_("share (percent)"), default=100)
    rent_tier = models.SmallIntegerField(_("rent tier of the city (1 to 3)"), null=True, blank=True)
    agreed_fen = models.BigIntegerField(_("agreed part a month (fen)"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("deduction claim")
        verbose_name_plural = _("deduction claims")
        ordering = ["employee", "kind", "start_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_date__day=1) & (Q(end_date=None) | Q(end_date__day=1, end_date__gt=F("start_date"))),
                name="payroll_claim_period",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["child", "elderly"], birth_date__isnull=False)
                | (~Q(kind__in=["child", "elderly"]) & Q(birth_date=None)),
                name="payroll_claim_birth",
            ),
            models.CheckConstraint(
                condition=Q(share_percent=100) | Q(share_percent=50, kind__in=["child", "mortgage"]),
                name="payroll_claim_share",
            ),
            models.CheckConstraint(
                condition=Q(kind="rent", rent_tier__gte=1, rent_tier__lte=3) | (~Q(kind="rent") & Q(rent_tier=None)),
                name="payroll_claim_tier",
            ),
            models.CheckConstraint(
                condition=Q(agreed_fen=None) | Q(kind="elderly", agreed_fen__gte=0), name="payroll_claim_agreed"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "employee", "start_date"], name="payroll_claim_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.start_date:%Y-%m}"
