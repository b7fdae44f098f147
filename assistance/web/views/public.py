"""What anybody may see without logging in: a notice, masked, while it hangs."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assistance.accounts.models import Alarm
from assistance.accounts.operations import count_try, ring
from assistance.cases.models import Notice, NoticeLine


@login_not_required
@never_cache
@require_safe
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Names are gone for good once the days are over: 410, not an empty list."""
    rows = Notice.objects.select_related("agency", "township").exclude(posted_on=None)
    found = get_object_or_404(rows, token=token)
    if found.state == Notice.State.CLOSED or is_over(found):
        return unlisted(render(request, "410.html", status=410))
    lines = found.lines.exclude(outcome=NoticeLine.Outcome.STOPPED).order_by("id")
    return unlisted(render(request, "public/notice.html", {"notice": found, "lines": lines}))


def is_over(notice: Notice) -> bool:
    return notice.last_day is not None and notice.last_day < localdate()


def is_too_often(what: str, who: str, *, most: int, within: timedelta, subject: str) -> bool:
    """Count a try at a public form and say whether it is one too many; the first of these rings.

    `subject`: what the alarm says of it; an address it may name, the number of a case not.
    """
    tries = count_try(what, who, within=within, at=now())
    if tries == most + 1:
        ring(Alarm.Kind.PUBLIC, subject=subject, at=now())
    return tries > most


def unlisted(response: HttpResponse) -> HttpResponse:
    """Found by no search engine."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
