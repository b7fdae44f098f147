from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page shows: whether this is the demo, and the language to switch to."""
    return {"is_demo": settings.DEMO}
