"""One id and one log line for each request."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from hrsaas.console.logs import request_context

logger = logging.getLogger("hrsaas.requests")
# A proxy's or client's own id is kept if it is harmless to log.
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestLogMiddleware:
    """Sets ``request.request_id``, echoes it as X-Request-ID, and logs method, route, status and milliseconds.

    The route is the pattern (``/api/v1/people/employees/<pk>/``), not the path: paths can hold what people typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with request_context(request.request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request.request_id
            logger.info("request", extra=_facts(request, response, time.perf_counter() - started))
        return response


def _facts(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, Any]:
    tenant = getattr(request, "tenant", None)
    match = request.resolver_match
    return {
        "tenant": None if tenant is None else tenant.id,
        "user": _user_id(request),
        "method": request.method,
        "route": None if match is None else match.route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }


def _user_id(request: HttpRequest) -> int | None:
    """Of the user that was looked up, if any: looking now would be another query, and outside the tenant."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)
