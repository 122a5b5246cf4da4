"""The conformance commands as people type them: what they print last and how they end."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import require_shared

REPOSITORY = Path(__file__).resolve().parents[2]


def command(suite: str, file: Path, *options: str) -> tuple[int, str]:
    """Exit code and last line."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.conformance", suite, str(file), *options],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, (done.stdout.splitlines() or [done.stderr])[-1]


@pytest.mark.parametrize("suite", ["erlang", "formula", "iit"])
def test_every_case_of_the_file_passes(suite: str) -> None:
    file = require_shared(f"cases/{suite}.jsonl")
    cases = sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    assert command(suite, file) == (0, f"{cases} passed, 0 failed")


def test_a_failed_case_is_counted_and_ends_the_command_with_1(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "x", "category": "nothing", "inputs": {}, "expected": {}}\n')
    code, last = command("iit", file)
    assert code == 1
    assert re.fullmatch(r"0 passed, 1 failed", last)


def test_the_small_public_rosters_are_solved_and_every_gap_is_judged() -> None:
    folder = require_shared("data/roster")
    assert command("roster", folder, "--seconds", "40", "--only", "1") == (0, "1 passed, 0 failed")
    assert command("roster", folder, "--seconds", "0.5", "--only", "8") == (1, "0 passed, 1 failed")
