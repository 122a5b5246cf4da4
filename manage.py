#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it starts the embedded servers for its own time, or joins living ones."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hrsaas.settings")
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            from hrsaas.devservers.cluster import running

            cluster = stack.enter_context(running(Path(__file__).resolve().parent / ".local"))
            for name, value in cluster.environment().items():
                os.environ.setdefault(name, value)
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
