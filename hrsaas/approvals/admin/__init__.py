from hrsaas.approvals.admin import delegations, requests

__all__ = ["delegations", "requests"]
