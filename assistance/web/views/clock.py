"""Cases whose clock stands still: who waits for what since when, on screen, as a file, on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache

from assistance.cases.queries import stops_visible_to
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.web.forms.clock import StoppedList
from assistance.web.lists import list_page
from assistance.web.requests import StaffRequest

PRINTED = 2000


@never_cache
def stopped(request: StaffRequest) -> HttpResponse:
    rows = stops_visible_to(request.user)
    query = request.GET.urlencode()
    return list_page(request, StoppedList, rows, "web/cases/stopped.html", sheet_query=query)


@never_cache
def sheet(request: StaffRequest) -> HttpResponse:
    """The list as it is filtered, to be hung up or taken to civil affairs."""
    form = StoppedList(request.GET, user=request.user)
    rows = stops_visible_to(request.user)
    found = form.filter(rows) if form.is_valid() else rows.none()
    stops = list(found.order_by("since", "id")[:PRINTED])
    subject = f"clock stopped, {len(stops)} rows"
    log_access(request.user, AccessLog.Kind.PRINT, subject, at=now())
    shown = {"stops": stops, "today": localdate(), "query": request.GET.urlencode()}
    return render(request, "print/stopped.html", shown)
