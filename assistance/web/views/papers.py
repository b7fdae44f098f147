"""The papers of the roads into the county: sent to take away, to whoever works on the case."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from assistance.web.files import respond
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import application_with_papers


def employer_review(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    case = application_with_papers(request, number)
    review = get_object_or_404(case.employer_reviews.select_related("scan"), pk=pk)
    return respond(request, review.scan, subject=f"employer-{number}", person=case.person)


def earlier_receipt(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    case = application_with_papers(request, number)
    claim = get_object_or_404(case.earlier_receipts.select_related("proof"), pk=pk)
    return respond(request, claim.proof, subject=f"receipt-{number}", person=case.person)
