"""System checks on the models, so that a forgotten tenant is found before any database is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core import checks
from django.db import models

from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


def check_tenant_models(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    return [message for model in apps.get_models() if issubclass(model, TenantModel) for message in _check(model)]


def _check(model: type[models.Model]) -> Iterator[checks.CheckMessage]:
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield checks.Error(f"{field} is unique across tenants", obj=model, id="tenancy.E001")
        if field.db_index and not field.primary_key and not field.unique:
            yield checks.Error(f"{field} has an index without the tenant", obj=model, id="tenancy.E002")
        if _leaves_tenant(field):
            yield checks.Error(f"{field} must be a TenantForeignKey", obj=model, id="tenancy.E003")
    for many in model._meta.local_many_to_many:
        if many.remote_field.through._meta.auto_created:
            yield checks.Error(f"{many} needs an explicit through model", obj=model, id="tenancy.E004")
    for name, fields in _keys(model):
        if not fields or fields[0] != "tenant":
            yield checks.Error(f"{name} does not begin with tenant", obj=model, id="tenancy.E005")


def _leaves_tenant(field: Any) -> bool:
    return (
        isinstance(field, models.ForeignKey)
        and not isinstance(field, TenantForeignKey)
        and issubclass(field.remote_field.model, TenantModel)
    )


def _keys(model: type[models.Model]) -> Iterator[tuple[str, list[str]]]:
    for index in model._meta.indexes:
        yield index.name, [name.lstrip("-") for name in index.fields] or _expression_names(index.expressions)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield constraint.name, list(constraint.fields) or _expression_names(constraint.expressions)
        if isinstance(constraint, ExclusionConstraint):
            yield constraint.name, [getattr(first, "name", first) for first, _operator in constraint.expressions]


def _expression_names(expressions: Any) -> list[str]:
    return [getattr(expression, "name", str(expression)) for expression in expressions]
