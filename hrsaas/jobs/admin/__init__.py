from hrsaas.jobs.admin import jobs

__all__ = ["jobs"]
