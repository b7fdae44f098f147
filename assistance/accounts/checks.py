from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError


def no_demo_accounts(**_options: Any) -> list[CheckMessage]:
    """Demo accounts have published passwords: they refuse to exist in production."""
    if settings.DEMO:
        return []
    try:
        count = get_user_model().objects.filter(is_demo=True).count()
    except DatabaseError:
        return []  # No database yet, so no accounts either; the log-in refuses them in any case.
    if not count:
        return []
    return [
        Error(
            f"{count} demo accounts exist in production.",
            hint="Start production from an empty database.",
            id="accounts.E001",
        )
    ]
