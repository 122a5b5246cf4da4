from payroll.admin import (
    monthly_inputs,
    parameter_tables,
    pay_files,
    pay_groups,
    pay_items,
    pay_runs,
    payslip_receipts,
    payslips,
    voucher_accounts,
)

__all__ = [
    "monthly_inputs",
    "parameter_tables",
    "pay_files",
    "pay_groups",
    "pay_items",
    "pay_runs",
    "payslip_receipts",
    "payslips",
    "voucher_accounts",
]
