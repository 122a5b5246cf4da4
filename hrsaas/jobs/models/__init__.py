from hrsaas.jobs.models.job_errors import JobError
from hrsaas.jobs.models.jobs import Job

__all__ = ["Job", "JobError"]
