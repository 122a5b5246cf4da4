from hrsaas.access.models.memberships import Membership
from hrsaas.access.models.operators import Operator, OperatorGrant
from hrsaas.access.models.tokens import ApiToken
from hrsaas.access.models.users import User

__all__ = ["ApiToken", "Membership", "Operator", "OperatorGrant", "User"]
