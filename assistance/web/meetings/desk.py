"""The desk of the joint meeting: agenda, attendance, decisions, minutes, scan, release."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.screening.meeting_permissions import (
    may_convene,
    may_prepare,
    may_read_minutes,
    may_release,
    may_resolve,
)
from assistance.screening.models import Meeting, Minutes, Resolution
from assistance.screening.operations import meetings, releases
from assistance.screening.queries.meetings import (
    meetings_visible_to,
    resolutions_visible_to,
    with_counts,
)
from assistance.screening.queries.minutes import filed, minutes_data, on_paper
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_id
from assistance.shared.money import ZERO, yuan
from assistance.shared.typeset import typeset
from assistance.web.acts import Act, links, perform, refuse
from assistance.web.files import respond
from assistance.web.lists import list_page
from assistance.web.meetings.acts import MEETING_ACTS, RESOLVE
from assistance.web.meetings.forms import ConveneForm
from assistance.web.meetings.lists import MeetingList
from assistance.web.paper.respond import pdf_response
from assistance.web.requests import StaffRequest


@never_cache
def meeting_list(request: StaffRequest) -> HttpResponse:
    rows = with_counts(meetings_visible_to(request.user), request.user)
    offered = may_convene(request.user)
    return list_page(request, MeetingList, rows, "web/meetings/meetings.html", may_convene=offered)


@never_cache
def convene(request: StaffRequest) -> HttpResponse:
    if not may_convene(request.user):
        raise PermissionDenied
    form = ConveneForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = meetings.convene(**form.cleaned_data, actor=request.user, at=now())
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("The meeting is called; the waiting cases are on its agenda.")
            )
            return redirect("meeting", made.number)
    page = {"form": form}
    return render(request, "web/meetings/convene.html", page, status=422 if form.errors else 200)


def _visible(request: StaffRequest, number: str) -> Meeting:
    return get_object_or_404(meetings_visible_to(request.user), number=number)


@never_cache
def meeting(request: StaffRequest, number: str) -> HttpResponse:
    found = _visible(request, number)
    user = request.user
    agenda = list(resolutions_visible_to(user).filter(meeting=found))
    page = {
        "meeting": found,
        "rows": [
            {
                "row": row,
                "may_release": may_release(user, row),
                "may_resolve": may_resolve(user, row),
            }
            for row in agenda
        ],
        "granted": sum((row.amount or ZERO for row in agenda), ZERO),
        "attendance": found.attendance.select_related("department").order_by(
            "department__position", "id"
        ),
        "may_resolve": may_prepare(user, found),
        "may_read": may_read_minutes(user, found),
        "links": links(MEETING_ACTS, user, found, found.number),
    }
    return render(request, "web/meetings/meeting.html", page)


@never_cache
@require_POST
def fill_agenda(request: StaffRequest, number: str) -> HttpResponse:
    try:
        count = meetings.fill_agenda(_visible(request, number), actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "%(count)d case was put on the agenda.",
            "%(count)d cases were put on the agenda.",
            count,
        )
        messages.success(request, said % {"count": count})
    return redirect("meeting", number)


@never_cache
def act(request: StaffRequest, number: str, act: Act[Meeting]) -> HttpResponse:
    found = _visible(request, number)
    about = [
        (_("Meeting"), found.number),
        (_("Held on"), found.held_on.isoformat()),
        (_("Meeting place"), found.place),
        (_("State"), found.get_state_display()),
    ]
    back = reverse("meeting", args=[number])
    shown: dict[str, Any] = {"pretitle": _("Joint meeting"), "about": about}
    return perform(request, act, found, back=lambda: back, **shown)


def _resolution(request: StaffRequest, number: str, row_id: int) -> Resolution:
    rows = resolutions_visible_to(request.user).filter(meeting__number=number)
    return get_object_or_404(rows, pk=row_id)


@never_cache
def resolve(request: StaffRequest, number: str, row_id: int) -> HttpResponse:
    row = _resolution(request, number, row_id)
    case = row.case
    about = [
        (_("Number"), case.number),
        (_("Name"), case.person.name),
        (_("Id number"), mask_id(case.person.id_number)),
        (_("Agency"), case.list.run.period.agency.name),
        (_("Burden (yuan)"), yuan(case.burden)),
        (_("Other aid"), yuan(case.other_aid)),
        (_("Proposed (yuan)"), yuan(row.proposed)),
    ]
    back = reverse("meeting", args=[number])
    return perform(request, RESOLVE, row, back=lambda: back, pretitle=number, about=about)


@never_cache
@require_POST
def release(request: StaffRequest, number: str, row_id: int) -> HttpResponse:
    row = _resolution(request, number, row_id)
    try:
        award = releases.release(row, actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
        return redirect("meeting", number)
    if award is None:
        said = _("Something has changed since the vote: the case is with the reviewer again.")
        messages.warning(request, said)
    else:
        messages.success(request, _("Award %(number)s is made.") % {"number": award.number})
    return redirect("meeting", number)


@never_cache
def minutes(request: StaffRequest, number: str) -> HttpResponse:
    """The whole for whoever convenes, an extract with its own cases for an agency; as filed once votes are closed."""
    found = _visible(request, number)
    whole = may_read_minutes(request.user, found)
    rows = list(resolutions_visible_to(request.user).filter(meeting=found))
    kept = Minutes.objects.filter(meeting=found).first()
    if kept is not None and whole:
        content = b64decode(kept.paper)
    else:
        data = filed(found) or minutes_data(found, rows, on=localdate())
        own = None if whole else {row.case.list.run.period.agency_id for row in rows}
        content = typeset("meeting", on_paper(data, agencies=own))
    subject = f"minutes of meeting {found.number}"
    return pdf_response(request, content, filename=f"{found.number}.pdf", subject=subject)


@never_cache
def scan(request: StaffRequest, number: str) -> HttpResponse:
    found = _visible(request, number)
    if found.scan is None or not may_read_minutes(request.user, found):
        raise Http404
    return respond(request, found.scan, subject=f"minutes {found.number}")
