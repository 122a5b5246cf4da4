"""How payroll's rows look in the API. Amounts of money are integer fen in fields that end in ``_fen``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hrsaas.api.serializers import IdField, IdRelatedField, TenantSerializer
from hrsaas.people.models import Employee
from payroll.models import MonthlyInput, PayGroup, PayInput, PayItem, PayRun, PayScheme, Payslip
from payroll.queries.pay_dates import PayDates
from payroll.queries.payslips import lines
from payroll.queries.retro_differences import findings


class EmployeesField(serializers.ListField):
    """Employees by their numbers, looked up at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=40), **{"max_length": 1_000, **kwargs})

    def to_internal_value(self, data: Any) -> list[Employee]:
        codes = super().to_internal_value(data)
        found = {employee.code: employee for employee in Employee.objects.filter(code__in=codes)}
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise serializers.ValidationError(_("There is no employee %(code)s.") % {"code": unknown[0]})
        return [found[code] for code in dict.fromkeys(codes)]


class PayItemSerializer(TenantSerializer):
    """formula: by Chinese names; formula_en: the same by English names."""

    formula = serializers.SerializerMethodField()
    formula_en = serializers.SerializerMethodField()

    class Meta:
        model = PayItem
        fields = (
            "id", "scheme", "code", "name", "name_en", "category", "order", "type", "scale", "rounding", "formula",
            "formula_en", "is_shown", "is_active",
        )  # fmt: skip
        read_only_fields = fields

    def get_formula(self, item: PayItem) -> str:
        return self.context["names"].shown(item, "zh")

    def get_formula_en(self, item: PayItem) -> str:
        return self.context["names"].shown(item, "en")


class FormulaSerializer(serializers.Serializer[Any]):
    """code: of the item whose formula it shall be; one that no item has yet is a new item, of the type. scheme: the
    default one.
    """

    scheme = IdRelatedField(queryset=PayScheme.objects.all(), required=False)
    code = serializers.RegexField(r"^[a-z][a-z0-9_]*$", max_length=60)
    formula = serializers.CharField(max_length=4_000, trim_whitespace=False)
    type = serializers.ChoiceField(PayItem.Type.choices, required=False)


class TrySerializer(FormulaSerializer):
    employee = IdRelatedField(queryset=Employee.objects.all())
    month = serializers.DateField(help_text="first day of the month")


class CheckAnswer(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    items = serializers.ListField(child=serializers.CharField(), help_text="codes of the items that it reads")
    errors = serializers.ListField(child=serializers.DictField())
    notes = serializers.ListField(child=serializers.DictField())


class ItemChangesSerializer(serializers.Serializer[Any]):
    formula = serializers.CharField(max_length=4_000, trim_whitespace=False)
    name = serializers.CharField(max_length=60, required=False)
    name_en = serializers.CharField(max_length=120, required=False)
    category = serializers.ChoiceField(PayItem.Category.choices, required=False)
    order = serializers.IntegerField(required=False, min_value=0, max_value=100_000)
    scale = serializers.IntegerField(required=False, min_value=0, max_value=8)
    rounding = serializers.ChoiceField(PayItem.Rounding.choices, required=False)
    is_shown = serializers.BooleanField(required=False)


class NewItemSerializer(ItemChangesSerializer):
    scheme = IdRelatedField(queryset=PayScheme.objects.all(), required=False)
    code = serializers.RegexField(r"^[a-z][a-z0-9_]*$", max_length=60)
    type = serializers.ChoiceField(PayItem.Type.choices, required=False)


class PayInputSerializer(TenantSerializer):
    class Meta:
        model = PayInput
        fields = ("id", "code", "name", "name_en", "type", "unit", "unit_en", "scale", "default", "source")
        read_only_fields = fields


class MonthlyInputSerializer(TenantSerializer):
    input_code = serializers.CharField(source="input.code", read_only=True)

    class Meta:
        model = MonthlyInput
        fields = ("id", "employee", "month", "run", "input_code", "number", "text")
        read_only_fields = fields


class EnteredValueSerializer(serializers.Serializer[Any]):
    """employee: number of the employee; input: code or name; value: as people write it; run: of an off-cycle run."""

    employee = serializers.CharField(max_length=40)
    month = serializers.DateField(help_text="first day of the month")
    input = serializers.CharField(max_length=120)
    value = serializers.CharField(max_length=120)
    run = IdRelatedField(queryset=PayRun.objects.all(), required=False)


class PayRunSerializer(TenantSerializer):
    """due_on: the last day on which a regular run is paid in time."""

    is_submitted = serializers.SerializerMethodField()
    due_on = serializers.SerializerMethodField()

    class Meta:
        model = PayRun
        fields = (
            "id", "month", "kind", "title", "group", "scheme", "entity", "state", "is_submitted",
            "headcount", "error_count", "warning_count", "gross_fen",
            "tax_fen", "net_fen", "cost_fen", "reviewed_by", "review_note", "maker_label", "checker_label", "locked_by",
            "due_on", "paid_by", "paid_on", "input_digest", "result_digest", "calculated_at", "reviewed_at",
            "submitted_at", "approved_at", "locked_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_is_submitted(self, run: PayRun) -> bool:
        return run.submitted_at is not None

    def get_due_on(self, run: PayRun) -> date | None:
        dates: PayDates = self.context.setdefault("pay_dates", PayDates())
        return dates.due_on(run)


class UnpaidSerializer(serializers.Serializer[Any]):
    """Differences of closed months that a run does not pay, and what to do about them."""

    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class PayRunDetailSerializer(PayRunSerializer):
    """With what it leaves open of earlier months."""

    unpaid_differences = serializers.SerializerMethodField()

    class Meta(PayRunSerializer.Meta):
        fields = (*PayRunSerializer.Meta.fields, "unpaid_differences")
        read_only_fields = fields

    @extend_schema_field(UnpaidSerializer(many=True))
    def get_unpaid_differences(self, run: PayRun) -> list[dict[str, str]]:
        return findings(run)


class RunMonthSerializer(serializers.Serializer[Any]):
    month = serializers.DateField(help_text="first day of the month")


class NewRunSerializer(RunMonthSerializer):
    """employees: whom it pays; none for the whole group. scheme: the group's if not given."""

    group = IdRelatedField(queryset=PayGroup.objects.select_related("scheme", "entity"))
    kind = serializers.ChoiceField([PayRun.Kind.OFF_CYCLE, PayRun.Kind.BONUS])
    title = serializers.CharField(max_length=120)
    scheme = IdRelatedField(queryset=PayScheme.objects.all(), required=False)
    employees = EmployeesField(required=False)


class PeopleSerializer(serializers.Serializer[Any]):
    employees = EmployeesField(allow_empty=False, max_length=200)


class RecalculatedSerializer(serializers.Serializer[Any]):
    """changed: payslips that are different now; errors: people who could not be calculated."""

    people = serializers.IntegerField()
    changed = serializers.IntegerField()
    errors = serializers.IntegerField()


class NoteSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(allow_blank=True, default="", max_length=2_000)


class PaidSerializer(serializers.Serializer[Any]):
    paid_on = serializers.DateField(help_text="the day on which the bank paid")


class StartedSerializer(serializers.Serializer[Any]):
    """The job that calculates: GET /api/v1/jobs/{id}/."""

    job = IdField()


class SchemeSerializer(serializers.Serializer[Any]):
    scheme = IdRelatedField(queryset=PayScheme.objects.all(), required=False)


class WordPartSerializer(serializers.Serializer[Any]):
    zh = serializers.CharField()
    en = serializers.CharField()
    find = serializers.CharField()


class WordKeySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    values = WordPartSerializer(many=True)


class WordSerializer(serializers.Serializer[Any]):
    """What a formula may name. find: lower-case spellings by which people look for it, one a line."""

    kind = serializers.ChoiceField(["item", "input", "table", "category", "function"])
    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    note_zh = serializers.CharField()
    note_en = serializers.CharField()
    find = serializers.CharField()
    columns = WordPartSerializer(many=True, required=False)
    keys = WordKeySerializer(many=True, required=False)
    aliases = serializers.ListField(child=serializers.CharField(), required=False)
    signature = serializers.CharField(required=False)
    examples = serializers.ListField(child=serializers.DictField(), required=False)


class FunctionSerializer(serializers.Serializer[Any]):
    """What formulas may call."""

    names = serializers.ListField(child=serializers.CharField())
    signature = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    examples = serializers.ListField(child=serializers.CharField())


class RunDecisionSerializer(serializers.Serializer[Any]):
    approve = serializers.BooleanField()
    comment = serializers.CharField(allow_blank=True, default="", max_length=1_000)


class PayslipSerializer(TenantSerializer):
    month = serializers.DateField(source="run.month", read_only=True)
    state = serializers.CharField(source="run.state", read_only=True)

    class Meta:
        model = Payslip
        fields = (
            "id", "run", "month", "state", "employee", "employee_code", "employee_name", "unit", "position", "city",
            "gross_fen", "tax_fen", "net_fen", "cost_fen", "error", "warnings",
        )  # fmt: skip
        read_only_fields = fields


class LineSerializer(serializers.Serializer[Any]):
    """amount: decimal text in the item's unit; null where it could not be calculated, or is no number. value: the same,
    or true or false, a date, or a text, by the type. zh, en: the value as people read it.
    """

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    category = serializers.CharField()
    shown = serializers.BooleanField()
    type = serializers.ChoiceField(PayItem.Type.choices)
    amount = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    zh = serializers.CharField(allow_null=True)
    en = serializers.CharField(allow_null=True)


class PayslipDetailSerializer(PayslipSerializer):
    """With its lines; the hidden ones for payroll officers only."""

    lines = serializers.SerializerMethodField()

    class Meta(PayslipSerializer.Meta):
        fields = (*PayslipSerializer.Meta.fields, "lines")
        read_only_fields = fields

    def get_lines(self, slip: Payslip) -> list[dict[str, Any]]:
        return lines(slip, shown_only=self.context.get("shown_only", False))
