"""What somebody reads who has asked for something."""

from __future__ import annotations

from django.utils.translation import gettext as _


def sent(told: str) -> str:
    """The request's effect, after that it waits for a decision. told: a line for each day or person."""
    return " ".join([_("Sent for approval."), *told.splitlines()])
