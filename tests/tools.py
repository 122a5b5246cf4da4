"""Programs from outside that some tests drive. Missing here is a loud skip; in CI it is a failure."""

from __future__ import annotations

import os
import shutil

import pytest


def require_tool(name: str, path: str) -> str:
    """The program's path; skips with the reason, or fails where skips are refused."""
    found = path if os.access(path, os.X_OK) else shutil.which(name)
    if found:
        return found
    reason = f"{name} is not installed (Debian: apt-get install {name})"
    if os.environ.get("REFUSE_SKIPS"):
        pytest.fail(reason)
    pytest.skip(reason)
