"""``python -m tests.conformance SUITE FILE.jsonl``: run a case file through the real engine.

A suite is a module ``tests/conformance/<suite>.py`` with ``run(cases)``, which yields (id, ok, message). ``roster``
reads a folder of instances instead: ``python -m tests.conformance roster FOLDER [--seconds 60] [--only 4,6]``.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from tests.conformance import roster

ROOM = Path(__file__).parent


def suites() -> list[str]:
    return sorted(path.stem for path in ROOM.glob("*.py") if not path.stem.startswith(("_", "test_")))


def main(arguments: list[str]) -> int:
    """Print what failed and ``N passed, N failed``; 1 when anything failed, 2 when called wrongly."""
    if arguments[:1] == ["roster"]:
        return roster.main(arguments[1:])
    if len(arguments) != 2 or arguments[0] not in suites():
        print(f"usage: python -m tests.conformance {{{'|'.join(suites())}}} FILE.jsonl", file=sys.stderr)
        return 2
    suite = importlib.import_module(f"{__package__}.{arguments[0]}")
    lines = Path(arguments[1]).read_text(encoding="utf-8").splitlines()
    passed = failed = 0
    for case_id, ok, message in suite.run(json.loads(line) for line in lines if line.strip()):
        passed, failed = passed + ok, failed + (not ok)
        if not ok:
            print(f"FAILED {case_id}: {message}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
