"""The public shift-scheduling instances: a row each of cost, best known cost, gap and what the checker finds.

An instance passes where its roster breaks no rule, the first came in time and the gap is within its goal.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attendance.rules.rostering.benchmark_format import read_benchmark
from attendance.rules.rostering.checker import evaluate
from attendance.rules.rostering.search import OutOfTime, Search, State

INSTANCES = range(1, 20)
# The largest gap to the best known cost, as a share; instances that are not named have none.
GOALS = {1: 0.0, 2: 0.0, 3: 0.0, 4: 0.01, 6: 0.01, 7: 0.01, 9: 0.01, 10: 0.01, 11: 0.01,
         5: 0.1, 8: 0.1, 14: 0.1, 17: 0.1}  # fmt: skip
MARKDOWN_HEAD = """| instance | cost | best known | gap | goal | bound | broken rules | first roster |
| --- | --- | --- | --- | --- | --- | --- | --- |"""
FIRST_SECONDS, FIRST_INSTANCES = 5.0, range(1, 13)


@dataclass(frozen=True)
class Row:
    """What became of one instance; state is None where no roster was found."""

    number: int
    best_known: int
    state: State | None
    violations: int

    @property
    def gap(self) -> float:
        return float("inf") if self.state is None else self.state.cost / self.best_known - 1

    @property
    def missed(self) -> list[str]:
        """Which promises were not kept."""
        if self.state is None:
            return ["no roster"]
        late = self.number in FIRST_INSTANCES and self.state.first_seconds > FIRST_SECONDS
        far = self.gap > GOALS.get(self.number, float("inf"))
        found = {"violations": self.violations > 0, "first roster late": late, "gap": far}
        return [name for name, missed in found.items() if missed]

    def as_markdown(self) -> str:
        """A line of the table in docs/roster_optimiser.md."""
        goal = f"{GOALS[self.number]:.0%}" if self.number in GOALS else "–"
        if self.state is None:
            return f"| {self.number} | – | {self.best_known} | – | {goal} | – | – | – |"
        missed = f" **missed: {', '.join(self.missed)}**" if self.missed else ""
        return (f"| {self.number} | {self.state.cost} | {self.best_known} | {self.gap:.2%}{missed} | {goal} | "
                f"{self.state.bound} | {self.violations} | {self.state.first_seconds:.2f} s |")  # fmt: skip

    def __str__(self) -> str:
        if self.state is None:
            return f"{self.number:>2} no roster in time"
        told = (f"{self.number:>2} cost {self.state.cost:>6} best {self.best_known:>6} gap {self.gap:>8.2%} "
                f"bound {self.state.bound:>6} violations {self.violations} first {self.state.first_seconds:.2f} s "
                f"in {self.state.seconds:.0f} s")  # fmt: skip
        return f"{told} {'MISSED ' + ', '.join(self.missed) if self.missed else 'ok'}"


def solved(folder: Path, numbers: Sequence[int], seconds: float) -> Iterator[Row]:
    """A row per instance, each searched for so many seconds."""
    with (folder / "best_known.csv").open(encoding="utf-8", newline="") as file:
        best = {int(row["instance"]): int(row["best_ub"]) for row in csv.DictReader(file)}
    for number in numbers:
        problem = read_benchmark((folder / f"Instance{number}.txt").read_text(encoding="utf-8"))
        try:
            state = Search(problem, clock=time.monotonic).run(seconds)
        except OutOfTime:
            yield Row(number, best[number], None, 0)
            continue
        found = evaluate(problem, state.roster)
        assert found.cost == state.cost, "the search reports a cost that the checker does not find"
        yield Row(number, best[number], state, len(found.violations))


def main(arguments: Sequence[str]) -> int:
    """``roster FOLDER [--seconds 60] [--only 4,6] [--markdown]``: print the rows; 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance roster")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", default=",".join(map(str, INSTANCES)))
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/roster_optimiser.md")
    given = parser.parse_args(arguments)
    if given.markdown:
        print(MARKDOWN_HEAD)
    failed = passed = 0
    for row in solved(given.folder, [int(number) for number in given.only.split(",")], given.seconds):
        print(row.as_markdown() if given.markdown else row, flush=True)
        failed, passed = failed + bool(row.missed), passed + (not row.missed)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0
