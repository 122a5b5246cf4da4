from payroll.admin import monthly_inputs, parameter_tables, pay_groups, pay_items, pay_runs, payslips, what_ifs

__all__ = ["monthly_inputs", "parameter_tables", "pay_groups", "pay_items", "pay_runs", "payslips", "what_ifs"]
