"""People who may qualify: phoned by the township before there is a case."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.cases.queries import applications_visible_to
from assistance.registry.models import AccessLog
from assistance.registry.permissions import may_compare
from assistance.screening.models import Prospect
from assistance.screening.queries import prospects_visible_to
from assistance.screening.states import ProspectState
from assistance.shared.masking import mask_id, mask_phone
from assistance.web.acts import links, perform
from assistance.web.lists import list_page
from assistance.web.partners.acts import CALL
from assistance.web.partners.lists import ProspectList
from assistance.web.requests import StaffRequest


def visible_prospect(request: StaffRequest, pk: int) -> Prospect:
    return get_object_or_404(prospects_visible_to(request.user), pk=pk)


@never_cache
def prospects(request: StaffRequest) -> HttpResponse:
    rows = prospects_visible_to(request.user)
    return list_page(request, ProspectList, rows, "web/partners/prospects.html")


@never_cache
def prospect(request: StaffRequest, pk: int) -> HttpResponse:
    row = visible_prospect(request, pk)
    case = row.application
    visible = case is not None and applications_visible_to(request.user).filter(pk=case.pk).exists()
    shown = {
        "row": row,
        "id_number": mask_id(row.person.id_number),
        "phone": mask_phone(row.person.phone),
        "may_phone": may_compare(request.user, row.person, AccessLog.Field.PHONE),
        "case": case if visible else None,
        "calls": row.calls.select_related("by").order_by("-id"),
        "links": links([CALL], request.user, row, row.pk),
    }
    return render(request, "web/partners/prospect.html", shown)


@never_cache
def call(request: StaffRequest, pk: int) -> HttpResponse:
    row = visible_prospect(request, pk)

    def back() -> str:
        row.refresh_from_db(fields=["state", "application"])
        if row.state == ProspectState.AGREED and row.application is not None:
            return reverse("application", args=[row.application.number])
        return reverse("prospect", args=[pk])

    about = [
        (_("Name"), row.person.name),
        (_("Year of the cost"), str(row.year)),
        (_("Why"), row.get_why_display()),
        (_("Phone"), mask_phone(row.person.phone) or "—"),
    ]
    return perform(request, CALL, row, back=back, pretitle=row.person.name, about=about)
