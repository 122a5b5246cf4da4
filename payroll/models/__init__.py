from payroll.models.formula_set_versions import FormulaSetVersion
from payroll.models.monthly_inputs import MonthlyInput
from payroll.models.parameter_tables import ParameterTable
from payroll.models.pay_groups import PayGroup
from payroll.models.pay_items import PayInput, PayItem
from payroll.models.pay_runs import PayRun
from payroll.models.payslips import Payslip, PayslipTotal

__all__ = [
    "FormulaSetVersion",
    "MonthlyInput",
    "ParameterTable",
    "PayGroup",
    "PayInput",
    "PayItem",
    "PayRun",
    "Payslip",
    "PayslipTotal",
]
