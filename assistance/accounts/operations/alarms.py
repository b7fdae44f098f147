"""Alarms: a row for the officers, and a line for whoever watches the journal."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from assistance.accounts.models import Alarm, User
from assistance.accounts.operations.tries import count_try
from assistance.shared.requests import request_id

logger = logging.getLogger("yizhu.alarm")
MOST_REFUSED, REFUSED_WITHIN = 30, timedelta(hours=1)


def ring(kind: Alarm.Kind, *, user: User | None = None, subject: str = "", at: datetime) -> Alarm:
    """Note what was noticed, in words without personal data, and write a line of the logger `yizhu.alarm`.

    The line says kind and user name in fields of their own, for a monitor to look at.
    """
    facts = {"alarm": kind.value, "user": user.username if user else ""}
    logger.warning("Alarm %s: %s", kind.value, subject, extra=facts)
    return Alarm.objects.create(
        kind=kind, user=user, subject=subject[:200], at=at, request_id=request_id.get()
    )


def count_refused(user: User, *, at: datetime) -> None:
    """A page was refused to the user or does not exist for him: rings once when an hour has seen many."""
    if count_try("refused", str(user.pk), within=REFUSED_WITHIN, at=at) == MOST_REFUSED:
        ring(Alarm.Kind.REFUSED, user=user, subject=str(MOST_REFUSED), at=at)
