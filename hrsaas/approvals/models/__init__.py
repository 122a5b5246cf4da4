from hrsaas.approvals.models.delegations import Delegation
from hrsaas.approvals.models.requests import ApprovalRequest
from hrsaas.approvals.models.steps import ApprovalStep

__all__ = ["ApprovalRequest", "ApprovalStep", "Delegation"]
