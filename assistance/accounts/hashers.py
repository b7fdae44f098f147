"""How passwords are kept."""

from __future__ import annotations

import base64

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from assistance.shared import crypto


class KeyedHasher(PBKDF2PasswordHasher):
    """PBKDF2, and then once more under a key that is not in the database.

    Whoever has the tables or a backup alone cannot try passwords against them. A hash that Django's own
    hasher made is replaced at the owner's next log-in.
    """

    algorithm = "pbkdf2_sha256_keyed"

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        above, _sign, plain = super().encode(password, salt, iterations).rpartition("$")
        keyed = crypto.digest(plain, label="password")
        return f"{above}${base64.b64encode(keyed).decode('ascii')}"
