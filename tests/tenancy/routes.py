"""Every address that a tenant's host serves, read from the URL configuration itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

URLCONF = "hrsaas.urls.tenant"
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """template: with ``<name>`` for what changes. methods: method → action of a viewset, or None."""

    template: str
    callback: Any
    methods: tuple[tuple[str, str | None], ...]
    name: str | None = None

    @property
    def names(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.template)

    @property
    def view(self) -> Any:
        """The view's class, None for functions."""
        return getattr(self.callback, "cls", None) or getattr(self.callback, "view_class", None)

    @property
    def of_api(self) -> bool:
        return isinstance(self.view, type) and issubclass(self.view, APIView)

    def path(self, value: Any) -> str:
        """The address with the value in each place."""
        return re.sub(r"<[\w:]+>", str(value), self.template)

    def is_open(self, action: str | None) -> bool:
        """Whether anybody may call it without signing in."""
        view = self.view()
        view.action = action
        return any(isinstance(one, AllowAny) for one in view.get_permissions())


@cache
def all_routes() -> tuple[Route, ...]:
    return tuple(_walk(get_resolver(URLCONF), "/"))


def api_routes() -> list[Route]:
    """The API's routes, without the answer to addresses that do not exist."""
    return [route for route in all_routes() if route.of_api and route.view.__name__ != "NothingHere"]


def api_calls() -> list[tuple[Route, str, str | None]]:
    """(route, method, action) for everything that the API takes."""
    return [(route, method, action) for route in api_routes() for method, action in route.methods]


def list_routes() -> list[Route]:
    """Addresses that list rows of a model."""
    return [route for route in api_routes() if ("get", "list") in route.methods and route.view.queryset is not None]


def detail_of(route: Route) -> Route | None:
    """The address of one row of a list."""
    found = [one for one in api_routes() if one.view is route.view and ("get", "retrieve") in one.methods]
    return found[0] if found else None


def call_id(value: Any) -> str:
    return f"{value.template}" if isinstance(value, Route) else str(value)


def _walk(resolver: Any, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLResolver):
            yield from _walk(entry, address)
        else:
            yield _route(entry, address)


def _route(entry: URLPattern, address: str) -> Route:
    callback = entry.callback
    actions = getattr(callback, "actions", None)
    if actions:
        methods = tuple((method, action) for method, action in actions.items() if method in METHODS)
    else:
        view = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
        methods = tuple((method, None) for method in METHODS if view is None or hasattr(view, method))
    return Route("/" + simplify_regex(address).lstrip("/"), callback, methods, entry.name)
