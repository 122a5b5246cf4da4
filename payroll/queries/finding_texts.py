"""Findings in words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from hrsaas.console.figures import hours, money
from payroll.rules.findings import NOTHING, Kind
from payroll.rules.item_values import shown_value

Language = Literal["zh", "en"]
Entry = Mapping[str, Any]


class Words(NamedTuple):
    """title: of the kind. text: of one finding, with {value} and {other} as people read them, {item} and {month}."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    is_time: bool = False
    is_count: bool = False

    def title(self, language: Language) -> str:
        return self.title_zh if language == "zh" else self.title_en

    def text(
        self, language: Language, value: int, other: int, item: str, month: str = "", entry: Entry | None = None
    ) -> str:
        """entry: the input of a formula set that value and other are of; none for money and time."""

        def shown(amount: int) -> str:
            if amount == NOTHING:
                return "–"
            if entry is not None:
                return shown_value(entry, amount, (), language) or ""
            return str(amount) if self.is_count else hours(amount) if self.is_time else money(amount)

        template = self.text_zh if language == "zh" else self.text_en
        return template.format(value=shown(value), other=shown(other), item=item, month=month)


# Of an input that is a text, or of where the person works.
OTHER_WORDS = Words("", "", "“{item}”与核算时不同", "'{item}' is not what it was in the calculation")
WORDS = {
    Kind.ERROR: Words("核算出错", "Error", "工资单有错误，没有金额", "the payslip has an error and no amount"),
    Kind.NET_NEGATIVE: Words("实发为负", "Negative net pay", "实发 {value}", "net pay is {value}"),
    Kind.TAX_NEGATIVE: Words("个税为负", "Negative tax", "个人所得税 {value}", "income tax is {value}"),
    Kind.BELOW_MINIMUM_WAGE: Words(
        "低于最低工资", "Below the minimum wage",
        "工资 {value}（不含加班与夜班津贴），低于最低工资 {other}",
        "wage {value} without overtime and night allowances, minimum wage {other}",
    ),
    Kind.ABSENCE_OVERDEDUCTED: Words(
        "缺勤扣款过多", "Absence deducted more than once", "“{item}”扣 {value}，缺勤时间的工资只有 {other}",
        "'{item}' takes {value}, the time absent is worth {other}",
    ),
    Kind.LATENESS_OVERDEDUCTED: Words(
        "迟到早退扣款过多", "Fine for lateness", "“{item}”扣 {value}，迟到早退时间的工资只有 {other}",
        "'{item}' takes {value}, the time late or left early is worth {other}",
    ),
    Kind.MANUAL_AMOUNT: Words(
        "手工调整金额", "Amount set by hand", "“{item}”手工设为 {value}，按公式为 {other}",
        "'{item}' is set to {value} by hand, the formula gives {other}",
    ),
    Kind.MANUAL_AMOUNT_UNUSED: Words(
        "手工金额未生效", "Amount set by hand without effect",
        "“{item}”手工设为 {value}，但本批次没有此人的工资单：请撤销该手工金额，或将其调回本薪资组后重新核算",
        "'{item}' is set to {value} by hand, but the run has no payslip for this person: take the amount back, or put "
        "the person back into the pay group and calculate again",
    ),
    Kind.MONTH_WITHOUT_PAYSLIP: Words(
        "已关账月份没有工资单", "No payslip of a closed month",
        "{month} 在职，但该已关账月份没有工资单：请做补发批次，或在本月录入应付金额",
        "employed in {month}, but no payslip of that closed month: make an off-cycle run or enter the pay",
    ),
    Kind.INPUTS_CHANGED: Words(
        "核算后数据有变动", "Data changed since the calculation", "“{item}”现为 {value}，核算时为 {other}",
        "'{item}' is {value} now, was {other} in the calculation",
    ),
    Kind.PAYSLIP_MISSING: Words(
        "缺少工资单", "No payslip", "属于本批次，但核算时不在其中，没有工资单",
        "belongs to the run, but did not when it was calculated: there is no payslip",
    ),
    Kind.PAYSLIP_SURPLUS: Words(
        "多余的工资单", "Payslip too many", "已不属于本批次，但仍有工资单",
        "does not belong to the run any more, but has a payslip",
    ),
    Kind.FORMULAS_CHANGED: Words(
        "核算后公式或参数有变动", "Formulas changed since the calculation",
        "公式、薪资项目、参数表或法定参数与核算时不同；重新核算全部人员后生效",
        "formulas, pay items, parameter tables or the law differ from those of the calculation; they count when "
        "everybody is calculated again",
    ),
    Kind.NET_ZERO: Words("实发为零", "No net pay", "实发为零", "net pay is zero"),
    Kind.NO_BANK_ACCOUNT: Words(
        "缺少银行账号", "No bank account", "实发 {value}，没有银行账号", "net pay {value}, and no bank account"
    ),
    Kind.MINIMUM_WAGE_UNKNOWN: Words(
        "无法核对最低工资", "Minimum wage not known",
        "没有“{item}”该月的最低工资标准，{value} 人未作最低工资检查：请按当地公告人工核对",
        "the minimum wage of '{item}' in that month is not known, {value} people were not checked against it: compare "
        "with what was announced there", is_count=True,
    ),
    Kind.OVERTIME_OVER_LIMIT: Words(
        "加班超过法定上限", "Overtime beyond the legal limit", "本月加班 {value}，上限 {other}",
        "{value} of overtime this month, at most {other}", is_time=True,
    ),
    Kind.DEDUCTION_OVER_FIFTH: Words(
        "扣款超过工资的20%", "Deduction of more than 20%", "“{item}”扣 {value}；如为赔偿，每月最多扣 {other}",
        "'{item}' takes {value}; damages may take at most {other} a month",
    ),
    Kind.DEDUCTION_BELOW_MINIMUM: Words(
        "扣款后低于最低工资", "Deduction below the minimum wage",
        "“{item}”扣款后余 {value}；如为赔偿，余额不得低于最低工资 {other}",
        "'{item}' leaves {value}; damages must leave the minimum wage, {other}",
    ),
    Kind.GROSS_CHANGE: Words(
        "应发变动", "Gross pay changed", "应发 {value}，上月 {other}", "gross {value}, was {other}"
    ),
    Kind.NET_CHANGE: Words("实发变动", "Net pay changed", "实发 {value}，上月 {other}", "net {value}, was {other}"),
    Kind.ITEM_CHANGE: Words(
        "项目合计变动", "Total of an item changed", "“{item}”合计 {value}，上月 {other}",
        "'{item}' adds up to {value}, was {other}",
    ),
    Kind.UNIT_CHANGE: Words(
        "部门合计变动", "Total of a unit changed", "“{item}”应发合计 {value}，上月 {other}",
        "gross pay of '{item}' adds up to {value}, was {other}",
    ),
    Kind.OUTLIER: Words(
        "与同岗位差异大", "Unlike others in the position", "应发 {value}，同岗位中位数 {other}",
        "gross {value}, median of the position {other}",
    ),
    Kind.NOT_PAID: Words("本月未发", "Paid last month, not now", "上月实发 {other}", "net pay was {other} last month"),
}  # fmt: skip
