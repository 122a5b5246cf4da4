"""What some tests need from outside the repository. Missing here is a loud skip; in CI it is a failure."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def require_tool(name: str, path: str) -> str:
    """The program's path; skips with the reason, or fails where skips are refused."""
    found = path if os.access(path, os.X_OK) else shutil.which(name)
    if not found:
        _missing(f"{name} is not installed (Debian: apt-get install {name})")
    return found


def require_shared(name: str) -> Path:
    """A file or folder of ``shared/``, which lies beside our own checkouts and CI's but not beside a user's clone."""
    path = Path(__file__).resolve().parents[2] / "shared" / name
    if not path.exists():
        _missing(f"shared/{name} is not beside this checkout")
    return path


def _missing(reason: str) -> NoReturn:
    if os.environ.get("REFUSE_SKIPS"):
        pytest.fail(reason)
    pytest.skip(reason)
