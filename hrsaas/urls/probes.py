"""Whether this process lives, whether it can work, and its metrics. They answer on every host."""

from __future__ import annotations

import logging
import secrets

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from redis.exceptions import RedisError

from hrsaas.jobs.metrics import exposition
from hrsaas.tenancy.router import holds_maintenance

log = logging.getLogger(__name__)


@non_atomic_requests
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing, so a slow database does not get processes killed."""
    return JsonResponse({"status": "ok"})


@non_atomic_requests
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if database and Valkey answer and every migration is applied, else 503 with what is missing."""
    checks = {"database": _database(), "valkey": _valkey()}
    ready = all(state == "ok" for state in checks.values())
    return JsonResponse({"status": "ok" if ready else "not ready", **checks}, status=200 if ready else 503)


@non_atomic_requests
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for the machine itself or for whoever sends METRICS_TOKEN; proxies must not pass it on.

    Jobs concern all tenants, so they are shown by processes that hold the maintenance role: in production, operator.
    """
    if not _may_scrape(request):
        return HttpResponseForbidden()
    response = ExportToDjangoView(request)
    if holds_maintenance():
        response.content += _jobs()
    return response


def _jobs() -> bytes:
    """Nothing while the database is away: the process's own figures must still come."""
    try:
        return exposition()
    except DatabaseError as error:
        log.warning("no figures of jobs: %s", error)
        return b""


def _database() -> str:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return "unreachable"
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations to apply" if waiting else "ok"


def _valkey() -> str:
    try:
        cache.get("readyz")
    except RedisError:
        return "unreachable"
    return "ok"


def _may_scrape(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        return secrets.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # Behind a proxy on the same machine everybody comes from loopback; the proxy's header gives them away.
    if "X-Forwarded-For" in request.headers:
        return False
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")


urlpatterns = [path("healthz", healthz), path("readyz", readyz), path("metrics", metrics)]
