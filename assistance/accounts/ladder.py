"""The ladder of locks: the more wrong tries since the last right one, the longer nobody gets in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone

from assistance.accounts.models import Alarm, User
from assistance.accounts.operations import ring

# From so many wrong tries on, each one more shuts the door for so long; None: until it is opened.
RUNGS: tuple[tuple[int, timedelta | None], ...] = (
    (15, None),
    (10, timedelta(hours=24)),
    (5, timedelta(minutes=15)),
)


def is_locked(username: str | None, *, at: datetime) -> bool:
    """Whether nobody gets in under this name now, be it a user's or not."""
    if not username:
        return False
    tries = AccessAttempt.objects.filter(username=username).aggregate(
        wrong=Sum("failures_since_start"), last=Max("attempt_time")
    )
    for rung, lasts in RUNGS:
        if (tries["wrong"] or 0) >= rung:
            return lasts is None or bool(at < tries["last"] + lasts)
    return False


class LadderHandler(AxesDatabaseHandler):  # type: ignore[misc]  # the package has no types
    """Axes with our ladder: a wrong try is forgotten when the right one comes or an officer lifts the lock."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return is_locked(get_client_username(request, credentials), at=timezone.now())

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        username = get_client_username(request, credentials)
        rows = AccessAttempt.objects.filter(username=username)
        return int(rows.aggregate(wrong=Sum("failures_since_start"))["wrong"] or 0)

    def user_login_failed(
        self,
        sender: str,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **options: Any,
    ) -> None:
        """The try that reaches a rung rings; those that meet a shut door are not counted."""
        before = self.get_failures(request, credentials) if request is not None else 0
        super().user_login_failed(sender, credentials, request, **options)
        if request is None:
            return
        wrong = self.get_failures(request, credentials)
        # Of two tries at once both may have counted before either looks.
        if any(before < rung <= wrong for rung, _lasts in RUNGS):
            # What was typed may be a password: only a name that somebody has is named.
            user = User.objects.filter(username=get_client_username(request, credentials)).first()
            ring(Alarm.Kind.LOCKED, user=user, subject=str(wrong), at=timezone.now())

    def clean_expired_user_attempts(self, *_arguments: Any, **_options: Any) -> int:
        return 0
