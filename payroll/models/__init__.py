from payroll.models.acknowledgements import FindingAcknowledgement
from payroll.models.deduction_claims import DeductionClaim
from payroll.models.formula_set_versions import FormulaSetVersion
from payroll.models.legal_entities import LegalEntity
from payroll.models.manual_amounts import ManualAmount
from payroll.models.monthly_inputs import MonthlyInput
from payroll.models.parameter_tables import ParameterTable
from payroll.models.pay_files import PayFile, PayFilePart
from payroll.models.pay_groups import PayGroup, PayGroupMember
from payroll.models.pay_items import PayInput, PayItem
from payroll.models.pay_runs import PayRun, PayRunPerson
from payroll.models.pay_schemes import PayScheme
from payroll.models.payments import Payment, PaymentHold
from payroll.models.payslip_receipts import PayslipDispute, PayslipReceipt
from payroll.models.payslips import Payslip, PayslipTotal
from payroll.models.retro_differences import RetroDifference
from payroll.models.voucher_accounts import VoucherAccount
from payroll.models.what_ifs import WhatIf

__all__ = [
    "DeductionClaim",
    "FindingAcknowledgement",
    "FormulaSetVersion",
    "LegalEntity",
    "ManualAmount",
    "MonthlyInput",
    "ParameterTable",
    "PayFile",
    "PayFilePart",
    "PayGroup",
    "PayGroupMember",
    "PayInput",
    "PayItem",
    "PayRun",
    "PayRunPerson",
    "PayScheme",
    "Payment",
    "PaymentHold",
    "Payslip",
    "PayslipDispute",
    "PayslipReceipt",
    "PayslipTotal",
    "RetroDifference",
    "VoucherAccount",
    "WhatIf",
]
