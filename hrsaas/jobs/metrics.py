"""Prometheus metrics of long work.

They are read from the jobs' rows at each scrape, not counted in the workers: rows outlive the process that was killed,
there is one number however many workers there are, and workers need no port.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hrsaas.jobs.queries.figures import Figure, figures, longest_wait_seconds

_LABELS = ("kind", "state")


def exposition() -> bytes:
    """The text to add to /metrics. Needs the maintenance role; raises DatabaseError where it cannot read."""
    registry = CollectorRegistry()
    registry.register(_JobCollector())
    return generate_latest(registry)


class _JobCollector(Collector):
    def describe(self) -> list[Metric]:
        return []  # or else registering would read the rows once more

    def collect(self) -> Iterator[Metric]:
        rows = figures()
        yield _finished(rows)
        yield _run_seconds(rows)
        yield _open(rows)
        yield GaugeMetricFamily(
            "hrsaas_jobs_oldest_waiting_seconds", "How long the open job that waits longest has had no worker.",
            value=longest_wait_seconds(timezone.now()),
        )  # fmt: skip


def _finished(rows: list[Figure]) -> Metric:
    metric = CounterMetricFamily("hrsaas_jobs_finished", "Jobs that have ended.", labels=_LABELS)
    for row in rows:
        if row.is_finished:
            metric.add_metric((row.kind, row.state), row.count)
    return metric


def _run_seconds(rows: list[Figure]) -> Metric:
    text = "Time from the first start to the end of jobs that have ended."
    metric = CounterMetricFamily("hrsaas_jobs_run_seconds", text, labels=_LABELS)
    for row in rows:
        if row.is_finished:
            metric.add_metric((row.kind, row.state), row.run_seconds)
    return metric


def _open(rows: list[Figure]) -> Metric:
    metric = GaugeMetricFamily("hrsaas_jobs_open", "Jobs that wait or are being worked on.", labels=_LABELS)
    for row in rows:
        if not row.is_finished:
            metric.add_metric((row.kind, row.state), row.count)
    return metric
