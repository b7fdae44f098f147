"""Proposals to claim bottom-line money back, as a case's page shows them and an approver decides them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.screening.models import BottomLineCase, BottomLineClaim
from assistance.screening.queries.bottom_line import cases_visible_to
from assistance.shared.masking import mask_id
from assistance.shared.money import yuan
from assistance.web.acts import Act, ActLink, links, perform
from assistance.web.meetings.acts import CLAIM_ACTS
from assistance.web.requests import StaffRequest


def claims_of(user: User, case: BottomLineCase) -> list[tuple[BottomLineClaim, list[ActLink]]]:
    """The proposals of a case, the newest first, each with what this user may do about it."""
    found = []
    for claim in case.claims.select_related("proposed_by", "decided_by").order_by("-id"):
        claim.case = case
        found.append((claim, links(CLAIM_ACTS, user, claim, case.number, claim.pk)))
    return found


@never_cache
def act(
    request: StaffRequest, number: str, claim_id: int, act: Act[BottomLineClaim]
) -> HttpResponse:
    case = get_object_or_404(cases_visible_to(request.user), number=number)
    claim = get_object_or_404(case.claims.select_related("proposed_by"), pk=claim_id)
    claim.case = case
    about = [
        (_("Number"), case.number),
        (_("Name"), case.person.name),
        (_("Id number"), mask_id(case.person.id_number)),
        (_("Paid too much in the year (yuan)"), yuan(claim.overpaid)),
        (_("Claimed back already (yuan)"), yuan(claim.claimed_before)),
        (_("To be claimed back now (yuan)"), yuan(claim.difference)),
        (_("Reason"), claim.get_reason_display()),
        (_("Explanation"), claim.explanation),
        (_("Proposed by"), str(claim.proposed_by)),
    ]
    back = reverse("bottom_line_case", args=[number])
    return perform(request, act, claim, back=lambda: back, pretitle=number, about=about)
