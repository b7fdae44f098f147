"""The fund: accounts by year with their balances, statement, budget, and the check of the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.payments.models import FundYear, LedgerAccount, LedgerTransaction
from assistance.payments.operations import open_fund_year
from assistance.payments.permissions import may_budget
from assistance.payments.queries import (
    balances,
    check_ledger,
    fund_years_visible_to,
    with_balances,
)
from assistance.shared.errors import Refused
from assistance.shared.money import yuan
from assistance.web.acts import Act, links, perform, refuse
from assistance.web.lists import list_page
from assistance.web.payments.acts import FUND_ACTS, GIVEN, TAKE_BACK
from assistance.web.payments.forms import OpenYearForm
from assistance.web.payments.lists import FundList, StatementList, paper
from assistance.web.payments.objects import visible_fund_year
from assistance.web.requests import StaffRequest


@never_cache
def fund(request: StaffRequest) -> HttpResponse:
    rows = with_balances(fund_years_visible_to(request.user))
    offered = _may_open(request.user)
    return list_page(request, FundList, rows, "web/payments/fund.html", may_open=offered)


def _may_open(user: User) -> bool:
    """Whoever may give a year money may open its account."""
    return user.agency_id is not None and may_budget(user, FundYear(agency_id=user.agency_id))


@never_cache
def open_year(request: StaffRequest) -> HttpResponse:
    agency = request.user.agency
    if agency is None or not _may_open(request.user):
        raise PermissionDenied
    form = OpenYearForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            opened = open_fund_year(agency=agency, **form.cleaned_data, actor=request.user)
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("The fund account is open."))
            return redirect("fund_year", opened.pk)
    return render(
        request, "web/payments/open_year.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
def fund_year(request: StaffRequest, fund_year_id: int) -> HttpResponse:
    fund_year = visible_fund_year(request, fund_year_id)
    entries = fund_year.transactions.select_related("by").prefetch_related("lines")
    shown = {
        "fund_year": fund_year,
        "balances": _balances(fund_year),
        "links": links(FUND_ACTS, request.user, fund_year, fund_year.pk),
        "given": _given(request.user, fund_year),
    }
    return list_page(request, StatementList, entries, "web/payments/fund_year.html", **shown)


def _balances(fund_year: FundYear) -> list[tuple[Any, Any]]:
    """Label and yuan of every account; what was given is shown as it came in, above zero."""
    held = balances(fund_year)
    shown = [(_("Given"), -held.pop(LedgerAccount.APPROPRIATED))]
    return [*shown, *((account.label, amount) for account, amount in held.items())]


def _given(user: User, fund_year: FundYear) -> list[dict[str, Any]]:
    """What the year was given; whoever books it may take an entry back."""
    entries = fund_year.transactions.filter(kind__in=GIVEN).exclude(reference__endswith=":out")
    rows = list(entries.select_related("by").prefetch_related("lines").order_by("id"))
    wanted = [f"{entry.reference}:back" for entry in rows]
    found = LedgerTransaction.objects.filter(reference__in=wanted)
    taken = set(found.values_list("reference", flat=True))
    offered = may_budget(user, fund_year)
    return [
        {
            "entry": entry,
            "paper": paper(entry),
            "amount": next(line.amount for line in entry.lines.all() if line.amount > 0),
            "taken_back": f"{entry.reference}:back" in taken,
            "may_take_back": offered and f"{entry.reference}:back" not in taken,
        }
        for entry in rows
    ]


@never_cache
def check(request: StaffRequest, fund_year_id: int) -> HttpResponse:
    """The comparison reads every reservation of the year: loaded apart, when the page is there."""
    problems = check_ledger(visible_fund_year(request, fund_year_id))
    return render(request, "web/payments/_check.html", {"problems": problems})


@never_cache
def act(request: StaffRequest, fund_year_id: int, act: Act[FundYear]) -> HttpResponse:
    fund_year = visible_fund_year(request, fund_year_id)
    about = [(_("Fund account"), str(fund_year)), (_("Agency"), fund_year.agency.name)]
    shown: dict[str, Any] = {
        "pretitle": str(fund_year),
        "about": [*about, *((label, yuan(held)) for label, held in _balances(fund_year)[:2])],
    }
    back = reverse("fund_year", args=[fund_year_id])
    return perform(request, act, fund_year, back=lambda: back, **shown)


@never_cache
def take_back(request: StaffRequest, fund_year_id: int, entry_id: int) -> HttpResponse:
    fund_year = visible_fund_year(request, fund_year_id)
    entry = get_object_or_404(fund_year.transactions.all(), pk=entry_id)
    about = [
        (_("Kind"), entry.get_kind_display()),
        (_("Reference"), paper(entry)),
        (_("Note"), entry.note or "—"),
    ]
    shown: dict[str, Any] = {"pretitle": str(fund_year), "about": about}
    back = reverse("fund_year", args=[fund_year_id])
    return perform(request, TAKE_BACK, entry, back=lambda: back, **shown)
