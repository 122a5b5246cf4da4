from hrsaas.tenancy.models.base import TenantManager, TenantModel, TenantQuerySet
from hrsaas.tenancy.models.keys import TenantKey
from hrsaas.tenancy.models.tenants import Tenant

__all__ = ["Tenant", "TenantKey", "TenantManager", "TenantModel", "TenantQuerySet"]
