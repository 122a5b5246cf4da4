"""What stopped single items of a job while the rest went on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.jobs.models.jobs import Job
from hrsaas.languages import in_chinese
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class JobError(TenantModel):
    """One item (an employee number, a file row) that a step could not do, and why."""

    job = TenantForeignKey(Job, on_delete=models.CASCADE, related_name="errors")
    step = models.CharField(_("step"), max_length=120)
    item = models.CharField(_("item"), max_length=200)
    code = models.CharField(_("code"), max_length=100)
    zh = models.TextField(_("Chinese text"))
    en = models.TextField(_("English text"))

    class Meta(TenantModel.Meta):
        verbose_name = _("job error")
        verbose_name_plural = _("job errors")
        indexes = [models.Index(fields=["tenant", "job", "id"], name="jobs_joberror_job")]

    def __str__(self) -> str:
        return f"{self.item}: {self.text}"

    @property
    def text(self) -> str:
        """The sentence in the active language."""
        return self.zh if in_chinese() else self.en
