from payroll.admin import (
    formula_set_versions,
    monthly_inputs,
    parameter_tables,
    pay_groups,
    pay_items,
    pay_runs,
    payslips,
)

__all__ = [
    "formula_set_versions",
    "monthly_inputs",
    "parameter_tables",
    "pay_groups",
    "pay_items",
    "pay_runs",
    "payslips",
]
