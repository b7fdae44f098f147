"""Fetching what a view is about: within the person's scope, or it does not exist."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from assistance.payments.models import Award, Batch, FundYear
from assistance.payments.queries import (
    awards_visible_to,
    batches_visible_to,
    fund_years_visible_to,
)
from assistance.web.requests import StaffRequest


def visible_award(request: StaffRequest, number: str) -> Award:
    return get_object_or_404(awards_visible_to(request.user), number=number)


def visible_batch(request: StaffRequest, number: str) -> Batch:
    return get_object_or_404(batches_visible_to(request.user), number=number)


def visible_fund_year(request: StaffRequest, fund_year_id: int) -> FundYear:
    return get_object_or_404(fund_years_visible_to(request.user), pk=fund_year_id)
