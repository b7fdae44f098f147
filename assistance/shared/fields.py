from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from assistance.shared import crypto

if TYPE_CHECKING:
    TextColumn = models.Field[str, str]
else:
    TextColumn = models.Field


def money_field(**options: Any) -> models.DecimalField[Any, Any]:
    """Yuan with two places, as the national interface has it: numeric(16,2)."""
    return models.DecimalField(max_digits=16, decimal_places=2, **options)


class EncryptedTextField(TextColumn):
    """Text that is encrypted at rest. It cannot be searched or sorted: keep a digest beside it."""

    empty_strings_allowed = True

    def get_internal_type(self) -> str:
        return "BinaryField"

    def db_type(self, connection: Any) -> str:
        return "bytea"

    @property
    def _label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else self._decrypted(bytes(value))

    def _decrypted(self, data: bytes) -> str:
        return crypto.decrypt(data, label=self._label) if data else ""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        data = crypto.encrypt(value, label=self._label) if value else b""
        return connection.Database.Binary(data)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self._label} is encrypted; look it up by its digest.")
        return super().get_lookup(lookup_name)

    def to_python(self, value: Any) -> Any:
        return value
