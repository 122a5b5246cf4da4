from hrsaas.audit.admin import entries

__all__ = ["entries"]
