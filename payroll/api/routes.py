"""Where payroll lives below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from payroll.api.deduction_claims import DeductionClaimViewSet
from payroll.api.formula_set_versions import FormulaSetVersionViewSet
from payroll.api.manual_amounts import ManualAmountViewSet
from payroll.api.monthly_inputs import MonthlyInputViewSet
from payroll.api.parameter_tables import ParameterTableViewSet
from payroll.api.pay_files import PayFileViewSet
from payroll.api.pay_groups import LegalEntityViewSet, PayGroupMemberViewSet, PayGroupViewSet
from payroll.api.pay_items import PayInputViewSet, PayItemViewSet
from payroll.api.pay_runs import PayRunViewSet
from payroll.api.pay_schemes import PaySchemeViewSet
from payroll.api.payment_holds import PaymentHoldViewSet
from payroll.api.payslip_receipts import DisputeViewSet, ReceiptViewSet
from payroll.api.payslips import PayslipViewSet
from payroll.api.reviews import WhatIfViewSet
from payroll.api.voucher_accounts import VoucherAccountViewSet


def register(router: SimpleRouter) -> None:
    router.register("payroll/schemes", PaySchemeViewSet, basename="pay-scheme")
    router.register("payroll/entities", LegalEntityViewSet, basename="legal-entity")
    router.register("payroll/groups", PayGroupViewSet, basename="pay-group")
    router.register("payroll/members", PayGroupMemberViewSet, basename="pay-group-member")
    router.register("payroll/items", PayItemViewSet, basename="pay-item")
    router.register("payroll/inputs", PayInputViewSet, basename="pay-input")
    router.register("payroll/tables", ParameterTableViewSet, basename="parameter-table")
    router.register("payroll/values", MonthlyInputViewSet, basename="pay-value")
    router.register("payroll/versions", FormulaSetVersionViewSet, basename="formula-set-version")
    router.register("payroll/claims", DeductionClaimViewSet, basename="deduction-claim")
    router.register("payroll/runs", PayRunViewSet, basename="pay-run")
    router.register("payroll/what-ifs", WhatIfViewSet, basename="what-if")
    router.register("payroll/manual-amounts", ManualAmountViewSet, basename="manual-amount")
    router.register("payroll/payslips", PayslipViewSet, basename="payslip")
    router.register("payroll/receipts", ReceiptViewSet, basename="payslip-receipt")
    router.register("payroll/disputes", DisputeViewSet, basename="payslip-dispute")
    router.register("payroll/files", PayFileViewSet, basename="pay-file")
    router.register("payroll/holds", PaymentHoldViewSet, basename="payment-hold")
    router.register("payroll/accounts", VoucherAccountViewSet, basename="voucher-account")
