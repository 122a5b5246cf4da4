"""Is this process well? ``healthy.py web|worker|beat``: exit status 0 is yes. Asked by the container engine."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

# Seconds. Beat saves its schedule every three minutes while it lives.
BEAT_SILENCE = 600


def web() -> bool:
    """Answers, and reaches the database and the broker."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz"
    request = urllib.request.Request(address, headers={"Host": os.environ["BASE_DOMAIN"]})
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # our own address
        return bool(answer.status == 200)


def worker() -> bool:
    """Takes messages from the broker."""
    name = f"worker@{os.uname().nodename}"
    command = ["celery", "-A", "hrsaas", "inspect", "ping", "--destination", name, "--timeout", "5"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0


def beat() -> bool:
    """Saved its schedule not long ago."""
    saved = [path.stat().st_mtime for path in Path(tempfile.gettempdir()).glob("beat*")]
    return bool(saved) and time.time() - max(saved) < BEAT_SILENCE


if __name__ == "__main__":
    sys.exit(not {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]())
