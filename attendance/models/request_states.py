"""What becomes of something that a person asked for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestState(models.TextChoices):
    """As the approval about it; cancelled: taken back once approved; failed: approved, and could not be done."""

    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


LIVE = (RequestState.WAITING, RequestState.APPROVED)
