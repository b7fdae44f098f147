"""The forms of a whole list as one PDF: what the filter leaves, in its order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.cases.models import Application
from assistance.cases.queries import applications_visible_to
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.shared.errors import Refused
from assistance.web.forms.lists import ApplicationList
from assistance.web.paper.papers import FORM
from assistance.web.paper.respond import pdf_response
from assistance.web.paper.volume import merged
from assistance.web.requests import StaffRequest

MOST = 200


@never_cache
def forms(request: StaffRequest) -> HttpResponse:
    try:
        cases = _chosen(request)
        papers = [FORM.made(case, request.user, localdate()) for case in cases]
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("applications")
    for case in cases:
        log_access(
            request.user, AccessLog.Kind.PRINT, f"form of case {case.number}", case.person, at=now()
        )
    return pdf_response(
        request,
        merged(papers),
        filename=f"forms-{localdate():%Y%m%d}.pdf",
        subject=f"forms of {len(cases)} cases",
    )


def _chosen(request: StaffRequest) -> list[Application]:
    """What the list shows under the same filter; refused when that is nothing or too much."""
    form = ApplicationList(request.GET, user=request.user)
    if not form.is_valid():
        raise Refused(_("The filter is not valid: mend it in the list first."))
    related = ("person__township", "agency", "township", "entered_by", "account", "award")
    rows = form.filter(applications_visible_to(request.user)).order_by(*form.ordering)
    found = list(rows.select_related(*related)[: MOST + 1])
    if not found:
        raise Refused(_("Nothing is chosen: the filter leaves no application to print."))
    if len(found) > MOST:
        raise Refused(
            _("At most %(most)d forms are printed at once: narrow the list first.") % {"most": MOST}
        )
    return found
