"""The targets of the document beside what the rows of an agency say."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import Agency, User
from assistance.accounts.scope import scope_of
from assistance.calculation import Metric
from assistance.policies.queries import NoPolicy
from assistance.screening.models import ListOffice
from assistance.screening.queries.indicators import MONEY, Rate, indicators
from assistance.screening.queries.runs import reads_whole_lists
from assistance.shared.money import from_fen
from assistance.web.requests import StaffRequest

NAMES: dict[Metric, str | Promise] = {
    Metric.ENROLMENT_RATE: _("Subsidised enrolment"),
    Metric.ASSISTANCE_RATE: _("Assistance given"),
    Metric.HIGH_COST_RESOLUTION_RATE: _("High costs resolved"),
    Metric.COMPREHENSIVE_COVERAGE_RATE: _("Comprehensive coverage"),
    Metric.PERSONAL_BURDEN_RATE: _("Share borne by the person"),
}
COUNTED: dict[Metric, str | Promise] = {
    Metric.ENROLMENT_RATE: _("Recipients insured, of recipients not in employee insurance"),
    Metric.ASSISTANCE_RATE: _("Recipients assisted, of recipients with in-scope cost this year"),
    Metric.HIGH_COST_RESOLUTION_RATE: _("People resolved, of the newest bottom-line list"),
    Metric.COMPREHENSIVE_COVERAGE_RATE: _("Borne by all payers, of the cost of recipients"),
    Metric.PERSONAL_BURDEN_RATE: _("Borne by recipients, of their cost"),
}


@never_cache
def page(request: StaffRequest) -> HttpResponse:
    user = request.user
    if not reads_whole_lists(user):
        raise PermissionDenied
    agencies = list(_agencies(user))
    asked = request.GET.get("agency", "")
    chosen = next((one for one in agencies if str(one.pk) == asked), None)
    agency = chosen or next((one for one in agencies if one.pk == user.agency_id), None)
    agency = agency or (agencies[0] if agencies else None)
    on = _day(request.GET.get("on", ""))
    shown = {"agencies": agencies, "agency": agency, "on": on, "lines": _lines(agency, on)}
    return render(request, "web/screening/indicators.html", shown)


def _agencies(user: User) -> QuerySet[Agency]:
    """Those that draw up lists and that the user reads."""
    rows = Agency.objects.filter(pk__in=ListOffice.objects.values("agency")).order_by("code")
    return rows.filter(pk__in=scope_of(user).agency_ids)


def _day(text: str) -> date:
    """Today, where nothing sensible is asked for; nothing is known of days to come."""
    try:
        asked = parse_date(text)
    except ValueError:
        asked = None
    today = localdate()
    return min(asked, today) if asked is not None else today


def _lines(agency: Agency | None, on: date) -> list[dict[str, Any]]:
    if agency is None:
        return []
    try:
        return [_line(rate) for rate in indicators(agency, on)]
    except NoPolicy:
        return []


def _line(rate: Rate) -> dict[str, Any]:
    figures: list[Any] = [rate.numerator, rate.denominator]
    return {
        "name": NAMES[rate.metric],
        "counted": COUNTED[rate.metric],
        "money": rate.metric in MONEY,
        "at_most": rate.metric == Metric.PERSONAL_BURDEN_RATE,
        "figures": [from_fen(one) for one in figures] if rate.metric in MONEY else figures,
        "rate": None if rate.found.rate is None else from_fen(rate.found.rate),
        "target": from_fen(rate.found.target),
        "met": rate.found.met,
        "clause": rate.target.clause,
        "quotation": rate.target.quotation,
    }
