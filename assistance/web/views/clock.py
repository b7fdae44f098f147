"""Cases whose clock stands still: who waits for what since when, on screen, as a file, on paper."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache

from assistance.cases.models import ClockStop
from assistance.cases.queries import stops_visible_to
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.typeset import CannotPrint, typeset
from assistance.web.forms.clock import StoppedList
from assistance.web.lists import list_page
from assistance.web.paper.lists import stopped_list
from assistance.web.paper.papers import PAPER_LANGUAGE
from assistance.web.paper.respond import pdf_response
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
    stops = _chosen(request)
    subject = f"clock stopped, {len(stops)} rows"
    log_access(request.user, AccessLog.Kind.PRINT, subject, at=now())
    shown = {"stops": stops, "today": localdate(), "query": request.GET.urlencode()}
    return render(request, "print/stopped.html", shown)


@never_cache
def paper(request: StaffRequest) -> HttpResponse:
    """The same list as a PDF, for the file."""
    stops = _chosen(request)
    try:
        with translation.override(PAPER_LANGUAGE):
            made = typeset("stopped", stopped_list(stops, request.user, localdate()))
    except CannotPrint as problem:
        messages.error(request, str(problem))
        return redirect("stopped")
    filename = f"clock-stopped-{localdate():%Y%m%d}.pdf"
    subject = f"clock stopped, {len(stops)} rows"
    return pdf_response(request, made, filename=filename, subject=subject)


def _chosen(request: StaffRequest) -> list[ClockStop]:
    """What the list shows under the same filter, longest waiting first."""
    form = StoppedList(request.GET, user=request.user)
    rows = stops_visible_to(request.user)
    found = form.filter(rows) if form.is_valid() else rows.none()
    return list(found.order_by("since", "id")[:PRINTED])
