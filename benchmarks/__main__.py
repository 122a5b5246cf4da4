"""Run the benchmarks, print a table, write benchmarks/latest.json."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import benchmarks
from benchmarks.figures import BENCHMARKS, Figure
from hrsaas.devservers.cluster import running

LATEST = Path(__file__).with_name("latest.json")
# Less than docs/operating.md advises for the tenants that are measured; the servers of `make run` have a quarter of it.
SHARED_BUFFERS = "1GB"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", metavar="KEY", help="measure this figure alone")
    only = parser.parse_args().only
    with _servers():
        _load()
        if only and only not in BENCHMARKS:
            parser.error(f"no figure '{only}'; there are: {', '.join(sorted(BENCHMARKS))}")
        figures = [_measured(key) for key in sorted(BENCHMARKS) if only in (None, key)]
    _keep(figures)
    return 0


@contextmanager
def _servers() -> Iterator[None]:
    """Embedded servers in a temporary folder, or the ones that the environment names."""
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hrsaas.settings")
    if "DATABASE_URL" in os.environ:
        yield
        return
    folder = Path(tempfile.mkdtemp(prefix="hrsaas-bench-"))
    try:
        with running(folder, shared_buffers=SHARED_BUFFERS) as cluster:
            os.environ.update(cluster.environment())
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _load() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    for module in pkgutil.iter_modules(benchmarks.__path__, "benchmarks."):
        if module.name.startswith("benchmarks.bench_"):
            importlib.import_module(module.name)


def _measured(key: str) -> Figure:
    print(f"{key} …", end="", file=sys.stderr, flush=True)
    figure = BENCHMARKS[key]()
    word, sign = "ok  " if figure.met else "MISS", "≤" if figure.at_most else "≥"
    sides = "  ".join(f"{name}={value:.4g}" for name, value in figure.sides.items())
    print("\r", end="", file=sys.stderr)
    print(f"{word} {key:32} {figure.value:10.4g} {figure.unit:14} {sign} {figure.goal:g}   {sides}")
    return figure


def _keep(figures: list[Figure]) -> None:
    """Figures measured now replace their last values; the others stay."""
    kept = {one["key"]: one for one in json.loads(LATEST.read_text())} if LATEST.exists() else {}
    kept.update({figure.key: figure.as_json() for figure in figures})
    LATEST.write_text(json.dumps([kept[key] for key in sorted(kept)], indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
