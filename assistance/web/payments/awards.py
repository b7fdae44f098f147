"""Awards: the list with its totals, and the page of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.cases.queries import applications_visible_to
from assistance.payments.models import Award, BatchLine, HeirClaim
from assistance.payments.permissions import BATCH_READERS
from assistance.payments.queries import (
    award_history,
    awards_visible_to,
    claim_warnings,
    claims_of,
    live_claim,
    obstacle,
    stopped,
    wrong_year,
)
from assistance.payments.states import UNSENT_AWARDS
from assistance.registry.queries import account_warnings
from assistance.screening.queries.bottom_line import cases_visible_to
from assistance.shared.masking import mask_id, mask_numbers_in
from assistance.shared.money import yuan
from assistance.web.acts import Act, links, perform
from assistance.web.bulk.forms import bulk_form
from assistance.web.lists import list_page
from assistance.web.payments.acts import AWARD_ACTS
from assistance.web.payments.heirs import CLAIM_ACTS, about_claim
from assistance.web.payments.lists import AwardList
from assistance.web.payments.objects import visible_award
from assistance.web.requests import StaffRequest


@never_cache
def awards(request: StaffRequest) -> HttpResponse:
    rows = awards_visible_to(request.user)
    form = bulk_form(request.user, of_awards=True)
    return list_page(request, AwardList, rows, "web/payments/awards.html", bulk_form=form)


@never_cache
def award(request: StaffRequest, number: str) -> HttpResponse:
    award = visible_award(request, number)
    lines = BatchLine.objects.filter(award=award).select_related("batch").order_by("-id")
    shown = {
        "award": award,
        "problems": _problems(award),
        "claims": _claims(award),
        "account_warnings": _account_warnings(request.user, award),
        "changes": award_history(award).reverse(),
        "lines": lines,
        "reads_batches": request.user.has_role(*BATCH_READERS),
        "case": applications_visible_to(request.user).filter(award=award).first(),
        "bottom_line": cases_visible_to(request.user).filter(resolutions__award=award).first(),
        "links": links((*AWARD_ACTS, *CLAIM_ACTS), request.user, award, award.number),
    }
    return render(request, "web/payments/award.html", shown)


def _problems(award: Award) -> list[str]:
    """What stands in the way of paying it now, while it is still in the office."""
    if award.state not in UNSENT_AWARDS:
        return []
    return [
        problem
        for problem in (obstacle(award), stopped(award), wrong_year(award.fund_year, at=now()))
        if problem
    ]


def _claims(award: Award) -> list[tuple[HeirClaim, list[str]]]:
    """The claims of heirs, newest first, with what whoever decides should look at."""
    return [(claim, claim_warnings(claim)) for claim in claims_of(award)]


def _account_warnings(user: User, award: Award) -> list[str]:
    """What to look at again before money goes to this account; of the past no more is to be said."""
    if award.account is None or award.state not in UNSENT_AWARDS:
        return []
    return account_warnings(award.account, user)


@never_cache
def act(request: StaffRequest, number: str, act: Act[Award]) -> HttpResponse:
    award = visible_award(request, number)
    claim = live_claim(award)
    warnings = claim_warnings(claim) if claim is not None else []
    shown: dict[str, Any] = {
        "pretitle": award.number,
        "about": _about(award),
        "warnings": warnings,
    }
    return perform(request, act, award, back=lambda: reverse("award", args=[number]), **shown)


def _about(award: Award) -> list[tuple[str, str]]:
    return [
        (_("Award number"), award.number),
        (_("Name"), award.person.name),
        (_("Id number"), mask_id(award.person.id_number)),
        (_("Amount (yuan)"), yuan(award.amount)),
        (_("State"), award.get_state_display()),
        (_("Reason"), mask_numbers_in(award.state_reason) or "—"),
        *about_claim(award),
    ]
