"""Sessions that end: after minutes without work, after hours in any case, or when somebody ends them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from assistance.accounts.models import EntryRules, User, UserSession

GetResponse = Callable[[HttpRequest], HttpResponse]
# How often work is written down; an idle session lives at most this much shorter.
NOTED_EVERY = timedelta(seconds=60)
# How long the session lasts, and how far a job has come. Drafts are kept while somebody types.
ASKED_BY_PAGES = frozenset({"session_left", "job_progress"})


class SessionStore(DatabaseStore):
    """Django's own, over rows that say whose the session is; its expiry is the earlier of the two ends."""

    @classmethod
    def get_model_class(cls) -> Any:
        return UserSession

    def get_expiry_date(self, **_options: Any) -> datetime:
        return ends_at(self) or timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        row = cast("UserSession", super().create_model_instance(data))
        if SESSION_KEY in data:
            row.user_id = int(data[SESSION_KEY])
            row.started_at, row.seen_at = _moment(data, "started"), _moment(data, "seen")
            row.address = data.get("address", "")[:60]
            row.browser = data.get("browser", "")[:200]
        return row


def begin(session: SessionBase, rules: EntryRules, *, address: str, browser: str) -> None:
    """Mark the session of somebody who has just logged in."""
    now = timezone.now().timestamp()
    session.update(
        {
            "started": now,
            "seen": now,
            "idle": rules.idle_minutes * 60,
            "longest": rules.session_hours * 3600,
            "address": address,
            "browser": browser,
        }
    )


def ends_at(session: SessionBase) -> datetime | None:
    """When the session ends if nobody works on; None for one that no log-in began."""
    if "idle" not in session:
        return None
    end = min(session["seen"] + session["idle"], session["started"] + session["longest"])
    return datetime.fromtimestamp(end, UTC)


def seconds_left(request: HttpRequest) -> int | None:
    """Seconds until the session of a request ends; None when it has no such end."""
    end = ends_at(request.session)
    return None if end is None else max(0, int((end - timezone.now()).total_seconds()))


class StillThereMiddleware:
    """Every request is work, except what a page asks by itself while nobody sits before it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if isinstance(request.user, User) and "idle" in session:
            now = timezone.now().timestamp()
            due = now - session["seen"] >= NOTED_EVERY.total_seconds()
            if due and not _asked_by_the_page(request):
                session["seen"] = now
        return self.get_response(request)


def _asked_by_the_page(request: HttpRequest) -> bool:
    with suppress(Resolver404):
        return resolve(request.path_info).url_name in ASKED_BY_PAGES
    return False


def _moment(data: dict[str, Any], key: str) -> datetime | None:
    return datetime.fromtimestamp(data[key], UTC) if key in data else None
