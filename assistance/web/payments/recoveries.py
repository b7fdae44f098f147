"""Recoveries: the list, the page of one, and what is done about it; and the cases that wait for money."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.cases.queries import applications_visible_to, waiting_for_money
from assistance.payments.models import Recovery
from assistance.payments.queries import (
    available,
    figures,
    fund_years_visible_to,
    plan_of,
    recoveries_visible_to,
)
from assistance.screening.queries.bottom_line import cases_visible_to
from assistance.shared.masking import mask_id
from assistance.shared.money import ZERO, yuan
from assistance.web.acts import Act, links, perform
from assistance.web.lists import list_page
from assistance.web.payments.recovery_acts import ENTRY_ACTS, RECOVERY_ACTS
from assistance.web.payments.recovery_lists import RecoveryList, WaitingList
from assistance.web.requests import StaffRequest


def visible_recovery(request: StaffRequest, number: str) -> Recovery:
    return get_object_or_404(recoveries_visible_to(request.user), number=number)


@never_cache
def recoveries(request: StaffRequest) -> HttpResponse:
    rows = recoveries_visible_to(request.user)
    return list_page(request, RecoveryList, rows, "web/payments/recoveries.html")


@never_cache
def recovery(request: StaffRequest, number: str) -> HttpResponse:
    recovery = visible_recovery(request, number)
    entries = recovery.entries.select_related("entered_by", "confirmed_by", "rejected_by")
    rows = []
    for entry in entries.order_by("id"):
        entry.recovery = recovery
        rows.append((entry, links(ENTRY_ACTS, request.user, entry, number, entry.pk)))
    shown = {
        "recovery": recovery,
        "figures": figures(recovery),
        "entries": rows,
        "plan": plan_of(recovery, today=localdate()),
        "links": links(RECOVERY_ACTS, request.user, recovery, number),
        "case": applications_visible_to(request.user)
        .filter(number=recovery.source.split("/")[0])
        .first(),
        "bottom_line": cases_visible_to(request.user)
        .filter(number=recovery.source.split("/")[0])
        .first(),
    }
    return render(request, "web/payments/recovery.html", shown)


@never_cache
def act(
    request: StaffRequest, number: str, act: Act[Any], entry_id: int | None = None
) -> HttpResponse:
    recovery = visible_recovery(request, number)
    about = [
        (_("Name"), recovery.person.name),
        (_("Id number"), mask_id(recovery.person.id_number)),
        (_("Outstanding (yuan)"), yuan(figures(recovery).outstanding)),
    ]
    subject: Any = recovery
    if entry_id is not None:
        subject = get_object_or_404(recovery.entries.all(), pk=entry_id)
        subject.recovery = recovery
        about += [
            (_("Kind"), subject.get_kind_display()),
            (_("Amount (yuan)"), yuan(subject.amount)),
            (_("Number of the slip or paper"), subject.reference),
            (_("Entered by"), str(subject.entered_by or "—")),
        ]
    shown: dict[str, Any] = {"pretitle": number, "about": about}
    return perform(request, act, subject, back=lambda: reverse("recovery", args=[number]), **shown)


@never_cache
def waiting(request: StaffRequest) -> HttpResponse:
    """Agreed cases whose fund is empty, with what they need and what there is."""
    rows = applications_visible_to(request.user).filter(pk__in=waiting_for_money().order_by())
    needed = rows.aggregate(needed=Sum("amount", default=ZERO))["needed"] or ZERO
    funds = fund_years_visible_to(request.user).filter(year=localdate().year)
    there = sum((available(fund) for fund in funds), ZERO)
    shown = {"needed": needed, "available": there, "lacking": max(needed - there, ZERO)}
    return list_page(request, WaitingList, rows, "web/payments/waiting.html", **shown)
