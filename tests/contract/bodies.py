"""Bodies that fit the OpenAPI description, made from it: new operations are called without anybody thinking of it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import set_urlconf
from drf_spectacular.generators import SchemaGenerator

URLCONF = "hrsaas.urls.tenant"
JSON, MULTIPART = "application/json", "multipart/form-data"


@cache
def schema() -> dict[str, Any]:
    """The product's OpenAPI description."""
    set_urlconf(URLCONF)
    try:
        return SchemaGenerator(urlconf=URLCONF).get_schema(request=None, public=True)
    finally:
        set_urlconf(None)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) for all of them."""
    return [(path, method, one) for path, methods in schema()["paths"].items() for method, one in methods.items()]


def operation(template: str, method: str) -> dict[str, Any] | None:
    """By an address whatever its parameters are called: ``/x/<pk>/`` and ``/x/{id}/`` are the same."""
    wanted = shape(template)
    found = [one for path, verb, one in operations() if (shape(path), verb) == (wanted, method)]
    return found[0] if found else None


def request_of(template: str, method: str, text: str) -> dict[str, Any]:
    """Keyword arguments for APIClient: a body in which each text and number is ``text``, a string of digits."""
    content = ((operation(template, method) or {}).get("requestBody") or {}).get("content", {})
    if not content:
        return {}
    kind = MULTIPART if MULTIPART in content else JSON
    return {"data": example(content[kind]["schema"], text), "format": "multipart" if kind == MULTIPART else "json"}


def query_names(template: str) -> list[str]:
    """What a list may be filtered by."""
    found = operation(template, "get") or {}
    return [one["name"] for one in found.get("parameters", ()) if one["in"] == "query"]


def example(kind: dict[str, Any], text: str) -> Any:
    """A value of this schema."""
    if "$ref" in kind:
        return example(schema()["components"]["schemas"][kind["$ref"].rsplit("/", 1)[1]], text)
    for choice in ("allOf", "oneOf", "anyOf"):
        if choice in kind:
            return example(kind[choice][0], text)
    if "enum" in kind:
        return kind["enum"][0]
    types = kind.get("type", "object")
    return _MAKERS[types if isinstance(types, str) else types[0]](kind, text)


def _string(kind: dict[str, Any], text: str) -> Any:
    made = {
        "date": "2026-05-01",
        "date-time": "2026-05-01T08:00:00Z",
        "time": "08:00:00",
        "binary": SimpleUploadedFile("probe.csv", b"code,name\n1,2\n"),
    }
    return made.get(kind.get("format", ""), text)


def _object(kind: dict[str, Any], text: str) -> dict[str, Any]:
    properties = kind.get("properties", {})
    return {name: example(one, text) for name, one in properties.items() if not one.get("readOnly")}


_MAKERS: dict[str, Any] = {
    "string": _string,
    "object": _object,
    "array": lambda kind, text: [example(kind.get("items", {}), text)],
    "integer": lambda kind, text: int(text),
    "number": lambda kind, text: int(text),
    "boolean": lambda kind, text: True,
    "null": lambda kind, text: None,
}


def shape(path: str) -> str:
    return re.sub(r"<\w+>|\{\w+\}", "{}", path)
