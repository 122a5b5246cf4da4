"""Navigation of the admin, by job to be done."""

from __future__ import annotations

from typing import Any

UNFOLD: dict[str, Any] = {}
