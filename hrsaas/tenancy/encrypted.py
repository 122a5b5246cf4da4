"""Text that is stored only encrypted with the tenant's own key."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from hrsaas.tenancy.keys import decrypt, encrypt


class EncryptedTextField(models.TextField):
    """Encrypts on save, decrypts on read, cannot be searched; the empty text stays empty.

    Look-ups need a blind index (``hrsaas.tenancy.keys.blind_index``). Queries that read many rows without needing
    the text should ``defer`` it: decryption costs some 20 µs per value.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value) if value else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return encrypt(str(value)) if value and isinstance(value, str) else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and cannot be searched by {lookup_name}")
