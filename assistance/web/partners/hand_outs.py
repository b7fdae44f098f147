"""Lists for offices without accounts here."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache

from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.screening.models import HandOut, Push
from assistance.screening.queries import hand_outs_visible_to, told
from assistance.screening.states import HandOutState, PushedField
from assistance.shared.export import xlsx_response
from assistance.web.acts import Act, links, perform
from assistance.web.lists import list_page
from assistance.web.partners.acts import HAND_OUT_ACTS
from assistance.web.partners.lists import HandOutList
from assistance.web.requests import StaffRequest


def visible_hand_out(request: StaffRequest, pk: int) -> HandOut:
    return get_object_or_404(hand_outs_visible_to(request.user), pk=pk)


def _may_download(request: StaffRequest, row: HandOut) -> bool:
    """Whoever took it out, until he has said what became of it."""
    return row.state == HandOutState.CLAIMED and row.claimed_by_id == request.user.pk


@never_cache
def hand_outs(request: StaffRequest) -> HttpResponse:
    rows = hand_outs_visible_to(request.user)
    return list_page(request, HandOutList, rows, "web/partners/hand_outs.html")


@never_cache
def hand_out(request: StaffRequest, pk: int) -> HttpResponse:
    row = visible_hand_out(request, pk)
    shown = {
        "row": row,
        "may_download": _may_download(request, row),
        "links": links(HAND_OUT_ACTS, request.user, row, row.pk),
    }
    return render(request, "web/partners/hand_out.html", shown)


@never_cache
def act(request: StaffRequest, pk: int, act: Act[HandOut]) -> HttpResponse:
    row = visible_hand_out(request, pk)
    back = reverse("hand_out", args=[pk])
    return perform(request, act, row, back=lambda: back, pretitle=row.office.name)


@never_cache
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """The rows as the office is told them; numbers stay masked, the office has them in its own files."""
    row = visible_hand_out(request, pk)
    if not _may_download(request, row):
        raise PermissionDenied
    today = localdate()
    rows = Push.objects.filter(hand_out=row).select_related("person", "township", "entry__category")
    pushes = list(rows.order_by("id"))
    subject = f"list {row.run_id} for office {row.office_id}, {len(pushes)} rows, xlsx"
    log_access(request.user, AccessLog.Kind.EXPORT, subject, at=now())
    known = {field for push in pushes for field in push.fields} - {PushedField.FULL_NUMBER}
    fields = [field for field in PushedField.values if field in known]
    head = [str(PushedField(field).label) for field in fields]
    lines = (
        [shown.get(field, "") for field in fields]
        for shown in (told(push, today) for push in pushes)
    )
    return xlsx_response(f"{row.run.period}-{row.office.name}.xlsx", head, lines)
