from payroll.admin import (
    deduction_claims,
    formula_set_versions,
    monthly_inputs,
    parameter_tables,
    pay_files,
    pay_groups,
    pay_items,
    pay_runs,
    payslip_receipts,
    payslips,
    voucher_accounts,
    what_ifs,
)

__all__ = [
    "deduction_claims",
    "formula_set_versions",
    "monthly_inputs",
    "parameter_tables",
    "pay_files",
    "pay_groups",
    "pay_items",
    "pay_runs",
    "payslip_receipts",
    "payslips",
    "voucher_accounts",
    "what_ifs",
]
