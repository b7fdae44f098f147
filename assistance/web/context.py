from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from assistance.accounts.models import User
from assistance.accounts.sessions import seconds_left
from assistance.web.navigation import may_search, menu


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page shows: whether this is the demo, the menu, how long the session lasts, and the other language."""
    # Error pages are drawn before anybody is known.
    user = getattr(request, "user", None)
    return {
        "is_demo": settings.DEMO,
        "may_search": isinstance(user, User) and may_search(user),
        "menu": list(menu(user, request.path)) if isinstance(user, User) else [],
        "session_left": seconds_left(request) if isinstance(user, User) else None,
        "other_language": ("en", "English") if get_language() != "en" else ("zh-hans", "中文"),
    }
