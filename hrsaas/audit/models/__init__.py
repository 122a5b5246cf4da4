from hrsaas.audit.models.entries import Entry
from hrsaas.audit.models.links import Link

__all__ = ["Entry", "Link"]
