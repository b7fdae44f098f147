"""The bottom-line lists and their cases: reviewed, marked, sealed, looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.calculation import line_from_plain
from assistance.payments.queries import recoveries_visible_to
from assistance.policies.models import Assessment
from assistance.policies.wording import Sentence, explain
from assistance.screening.meeting_permissions import may_mark, may_open_review, may_review
from assistance.screening.models import BottomLineAid, BottomLineCase, BottomLineList
from assistance.screening.operations import bottom_line, case_work
from assistance.screening.queries.bottom_line import (
    aid_items,
    borne_of,
    cases_visible_to,
    lists_visible_to,
    resolved_rate,
    runs_to_review,
)
from assistance.screening.queries.overpaid import paid_too_much, to_claim
from assistance.screening.queries.quarters import at_another_agency, lost
from assistance.screening.states import Finding, ReviewState
from assistance.settlements.models import OtherAid
from assistance.settlements.queries import bills_of_year
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_id
from assistance.shared.money import yuan
from assistance.web.acts import Act, links, perform
from assistance.web.files import respond
from assistance.web.lists import list_page
from assistance.web.meetings.acts import CASE_ACTS, LEAVE_OUT, MARK, SEAL
from assistance.web.meetings.claims import claims_of
from assistance.web.meetings.lists import CaseList, ReviewList, quarter
from assistance.web.requests import StaffRequest

SHOWN = 20


@never_cache
def reviews(request: StaffRequest) -> HttpResponse:
    user = request.user
    on_agenda = Q(cases__finding=Finding.BOTTOM_LINE)
    rows = lists_visible_to(user).annotate(
        people=Count("cases"),
        proposals=Count("cases", filter=on_agenda),
        total=Sum("cases__proposed"),
    )
    waiting = [
        {"run": run, "quarter": quarter(run.period), "may_open": may_open_review(user, run)}
        for run in runs_to_review(user)[:20]
    ]
    too_much = paid_too_much(user)[:50]
    shown = {"waiting": waiting, "too_much": too_much}
    return list_page(request, ReviewList, rows, "web/meetings/reviews.html", **shown)


@never_cache
@require_POST
def open_review(request: StaffRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(runs_to_review(request.user), pk=run_id)
    try:
        made = bottom_line.open_review(run, actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
        return redirect("bottom_lines")
    return redirect("bottom_line_list", made.pk)


def _visible(request: StaffRequest, pk: int) -> BottomLineList:
    return get_object_or_404(lists_visible_to(request.user), pk=pk)


@never_cache
def review(request: StaffRequest, pk: int) -> HttpResponse:
    reviewed = _visible(request, pk)
    rows = cases_visible_to(request.user).filter(list=reviewed)
    page = {
        "reviewed": reviewed,
        "quarter": quarter(reviewed.run.period),
        "rate": resolved_rate(reviewed),
        "total": reviewed.cases.aggregate(total=Sum("proposed"))["total"],
        "may_refresh": may_review(request.user, reviewed),
        **_without_case(reviewed),
        "links": links([SEAL], request.user, reviewed, reviewed.pk),
    }
    return list_page(request, CaseList, rows, "web/meetings/review.html", **page)


def _without_case(reviewed: BottomLineList) -> dict[str, Any]:
    """Who stands on the list and is no case of it: at another agency, or lost."""
    if reviewed.state == ReviewState.SUPERSEDED:
        return {}
    elsewhere = at_another_agency(reviewed).select_related("list__run__period__agency")
    return {"lost": lost(reviewed), "elsewhere": elsewhere[:SHOWN]}


@never_cache
@require_POST
def refresh(request: StaffRequest, pk: int) -> HttpResponse:
    try:
        count = bottom_line.refresh(_visible(request, pk), actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "%(count)d case has new figures.", "%(count)d cases have new figures.", count
        )
        messages.success(request, said % {"count": count})
    return redirect("bottom_line_list", pk)


@never_cache
def seal(request: StaffRequest, pk: int) -> HttpResponse:
    reviewed = _visible(request, pk)
    about = [
        (_("Quarter"), quarter(reviewed.run.period)),
        (_("Agency"), reviewed.run.period.agency.name),
        (_("People listed"), str(reviewed.cases.count())),
        (
            _("For the meeting"),
            str(reviewed.cases.filter(finding=Finding.BOTTOM_LINE).count()),
        ),
    ]
    back = reverse("bottom_line_list", args=[pk])
    return perform(
        request, SEAL, reviewed, back=lambda: back, pretitle=_("Bottom-line list"), about=about
    )


def visible_case(request: StaffRequest, number: str) -> BottomLineCase:
    rows = cases_visible_to(request.user).select_related("assessment__version", "sealed_assessment")
    return get_object_or_404(rows, number=number)


@never_cache
def case(request: StaffRequest, number: str) -> HttpResponse:
    found = visible_case(request, number)
    page = {
        "case": found,
        "quarter": quarter(found.list.run.period),
        "figures": _figures(found),
        "sentences": sentences(found.assessment),
        "bills": _bills(found),
        "aid": aid_items(found),
        "resolutions": found.resolutions.select_related(
            "meeting", "award", "source", "recorded_by", "released_by"
        ).order_by("-id"),
        "changes": found.changes.select_related("by").order_by("-id"),
        "may_mark": may_mark(request.user, found),
        "may_leave_out": LEAVE_OUT.may(request.user, (found, OtherAid())),
        "links": links(CASE_ACTS, request.user, found, found.number),
        "claims": claims_of(request.user, found),
        "recoveries": recoveries_visible_to(request.user).filter(award__resolution__case=found),
        "to_claim": to_claim(found),
    }
    return render(request, "web/meetings/case.html", page)


def _figures(case: BottomLineCase) -> list[tuple[str, Any]]:
    """From the burden as it was counted to what is left, line by line."""
    reasonable = case.burden - case.not_reasonable
    return [
        (_("Burden in scope, after all payers"), case.burden),
        (_("less not reasonable"), case.not_reasonable),
        (_("less earlier bottom-line money of the year"), case.paid_before),
        (_("Burden of the list"), reasonable - case.paid_before),
        (_("less other aid"), case.other_aid),
        (_("Left to the person"), max(0, reasonable - case.paid_before - case.other_aid)),
        (_("Proposed (yuan)"), case.proposed),
    ]


def sentences(assessment: Assessment | None) -> list[Sentence]:
    if assessment is None:
        return []
    rows: Sequence[Any] = assessment.result["rows"]
    return [explain(line_from_plain(line)) for row in rows for line in row["lines"]]


def _bills(case: BottomLineCase) -> list[dict[str, Any]]:
    last_day = case.list.run.period.last_day
    bills = list(bills_of_year(case.person, last_day.year).filter(settled_on__lte=last_day))
    marks = {
        mark.bill_id: mark
        for mark in case.marks.filter(withdrawn_at__isnull=True).select_related("by")
    }
    borne = borne_of(bills)
    return [{"bill": bill, "borne": borne[bill.pk], "mark": marks.get(bill.pk)} for bill in bills]


def _about(case: BottomLineCase) -> list[tuple[str, str]]:
    return [
        (_("Number"), case.number),
        (_("Name"), case.person.name),
        (_("Id number"), mask_id(case.person.id_number)),
        (_("Burden (yuan)"), yuan(case.burden)),
        (_("Other aid"), yuan(case.other_aid)),
        (_("Proposed (yuan)"), yuan(case.proposed)),
        (_("State"), case.get_state_display()),
    ]


@never_cache
def act(request: StaffRequest, number: str, act: Act[BottomLineCase]) -> HttpResponse:
    found = visible_case(request, number)
    back, about = reverse("bottom_line_case", args=[number]), _about(found)
    if too_much := to_claim(found):
        about.append((_("To be claimed back now (yuan)"), yuan(too_much)))
    return perform(request, act, found, back=lambda: back, pretitle=number, about=about)


@never_cache
def mark(request: StaffRequest, number: str, bill_id: int) -> HttpResponse:
    found = visible_case(request, number)
    year = found.list.run.period.last_day.year
    bill = get_object_or_404(bills_of_year(found.person, year), pk=bill_id)
    about = [
        *_about(found)[:3],
        (_("Bill"), str(bill)),
        (_("In-scope cost"), yuan(bill.in_scope)),
        (_("Borne by the person (yuan)"), yuan(borne_of([bill])[bill.pk])),
    ]
    back = reverse("bottom_line_case", args=[number])
    return perform(request, MARK, (found, bill), back=lambda: back, pretitle=number, about=about)


@never_cache
@require_POST
def withdraw(request: StaffRequest, number: str, mark_id: int) -> HttpResponse:
    found = get_object_or_404(visible_case(request, number).marks, pk=mark_id)
    try:
        case_work.withdraw_mark(found, actor=request.user, at=now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The mark is withdrawn."))
    return redirect("bottom_line_case", number)


@never_cache
def leave_out(request: StaffRequest, number: str, aid_id: int) -> HttpResponse:
    found = visible_case(request, number)
    items = [item for item in aid_items(found) if item.aid and item.aid.pk == aid_id]
    aid = get_object_or_404(OtherAid.objects.filter(pk__in=[i.aid.pk for i in items if i.aid]))
    about = [
        *_about(found)[:3],
        (_("Given by"), aid.get_giver_display()),
        (_("Amount (yuan)"), yuan(aid.amount)),
        (_("Paper"), aid.paper),
    ]
    back = reverse("bottom_line_case", args=[number])
    return perform(
        request, LEAVE_OUT, (found, aid), back=lambda: back, pretitle=number, about=about
    )


@never_cache
def aid_paper(request: StaffRequest, number: str, row_id: int) -> HttpResponse:
    found = visible_case(request, number)
    rows: Any = BottomLineAid.objects.select_related("paper").filter(paper__isnull=False)
    row = get_object_or_404(rows, case=found, pk=row_id)
    subject = f"paper of aid, case {found.number}"
    return respond(request, row.paper, subject=subject, person=found.person)
