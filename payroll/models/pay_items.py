"""What a payslip consists of, and what its formulas may read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel
from payroll.models.pay_schemes import PayScheme


class ValueType(models.TextChoices):
    """What a value is, to formulas and to people."""

    NUMBER = "number", _("Number")
    TEXT = "text", _("Text")
    BOOL = "bool", _("Condition")
    DATE = "date", _("Date")


class PayItem(TenantModel):
    """One line of the payslips of a scheme.

    code: its id in stored formulas, never changed. formula: stored text (``[@code]`` for names), so that a rename
    changes no formula. type: what the formula comes to; only numbers are added up, at ``scale`` decimals. What is
    a text, condition or date is information.
    """

    Type = ValueType

    class Category(models.TextChoices):
        EARNING = "earning", _("Earning")
        REDUCTION = "reduction", _("Reduction of gross pay")
        DEDUCTION = "deduction", _("Deduction")
        TAX = "tax", _("Tax")
        NET = "net", _("Net pay")
        EMPLOYER = "employer", _("Employer's contribution")
        INFO = "info", _("Information")

    class Rounding(models.TextChoices):
        HALF_UP = "HALF_UP", _("Half up")
        HALF_EVEN = "HALF_EVEN", _("Half to even")
        UP = "UP", _("Away from zero")
        DOWN = "DOWN", _("Towards zero")
        CEILING = "CEILING", _("Up")
        FLOOR = "FLOOR", _("Down")

    scheme = TenantForeignKey(PayScheme, models.PROTECT, related_name="items", verbose_name=_("pay scheme"))
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    order = models.IntegerField(_("order"))
    type = models.CharField(_("type"), max_length=8, choices=ValueType, default=ValueType.NUMBER)
    scale = models.SmallIntegerField(_("decimals"), default=2)
    rounding = models.CharField(_("rounding"), max_length=10, choices=Rounding, default=Rounding.HALF_UP)
    formula = models.TextField(_("formula"))
    is_shown = models.BooleanField(_("on the payslip"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # for ETags; services count it up

    class Meta(TenantModel.Meta):
        verbose_name = _("pay item")
        verbose_name_plural = _("pay items")
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "scheme", "code"], name="payroll_item_code"),
            models.UniqueConstraint(fields=["tenant", "scheme", "name"], name="payroll_item_name"),
            models.CheckConstraint(condition=models.Q(code__regex=r"^[a-z][a-z0-9_]*$"), name="payroll_item_code_word"),
            models.CheckConstraint(condition=models.Q(scale__gte=0, scale__lte=8), name="payroll_item_scale"),
            models.CheckConstraint(condition=models.Q(category="info") | models.Q(scale=2), name="payroll_item_money"),
            models.CheckConstraint(
                condition=models.Q(type="number") | models.Q(category="info", scale=0), name="payroll_item_type"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "scheme", "order"], name="payroll_item_order")]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)


class PayInput(TenantModel):
    """A value of a person that formulas may read.

    scale: decimals of its numbers. default: written as the input's type; null: a missing value stops that person.
    """

    Type = ValueType

    class Source(models.TextChoices):
        PEOPLE = "people", _("Personnel data")
        ATTENDANCE = "attendance", _("Attendance")
        PERFORMANCE = "performance", _("Performance")
        HISTORY = "history", _("Earlier payslips")
        MANUAL = "manual", _("Entered")
        INTEGRATION = "integration", _("Imported")

    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    type = models.CharField(_("type"), max_length=8, choices=Type)
    unit = models.CharField(_("unit"), max_length=20)
    unit_en = models.CharField(_("unit in English"), max_length=20)
    scale = models.SmallIntegerField(_("decimals"), default=0)
    default = models.CharField(_("default"), max_length=60, null=True, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=Source)

    class Meta(TenantModel.Meta):
        verbose_name = _("pay input")
        verbose_name_plural = _("pay inputs")
        ordering = ["source", "code"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="payroll_input_code"),
            models.UniqueConstraint(fields=["tenant", "name"], name="payroll_input_name"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[a-z][a-z0-9_]*$"), name="payroll_input_code_word"
            ),
            models.CheckConstraint(condition=models.Q(scale__gte=0, scale__lte=8), name="payroll_input_scale"),
        ]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)
