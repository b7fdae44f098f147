"""The targets of the document beside what the rows of an agency say."""

from __future__ import annotations

from collections import defaultdict
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
    Metric.ASSISTANCE_RATE: _(
        "Recipients assisted, of recipients with in-scope cost this year who have a right to it"
    ),
    Metric.HIGH_COST_RESOLUTION_RATE: _("People resolved, of the newest bottom-line list"),
    Metric.COMPREHENSIVE_COVERAGE_RATE: _(
        "Borne by all payers and helpers, of the cost of recipients"
    ),
    Metric.PERSONAL_BURDEN_RATE: _("Borne by recipients, of their cost"),
}


@never_cache
def page(request: StaffRequest) -> HttpResponse:
    user = request.user
    if not reads_whole_lists(user):
        raise PermissionDenied
    agencies, cities = list(_agencies(user)), _cities(user)
    choices = {f"{one.pk}": [one] for one in agencies} | {name: cities[name] for name in cities}
    own = next((f"{one.pk}" for one in agencies if one.pk == user.agency_id), "")
    asked = request.GET.get("agency", "")
    chosen = next((one for one in (asked, own, *cities, *choices) if one in choices), "")
    on, together = _day(request.GET.get("on", "")), choices.get(chosen, [])
    shown = {
        "agencies": agencies,
        "cities": list(cities),
        "chosen": chosen,
        "agency": None if chosen in cities else next(iter(together), None),
        "together": together if chosen in cities else [],
        "on": on,
        "lines": _lines(together, on),
    }
    return render(request, "web/screening/indicators.html", shown)


def _agencies(user: User) -> QuerySet[Agency]:
    """Those that draw up lists and that the user reads."""
    rows = Agency.objects.filter(pk__in=ListOffice.objects.values("agency")).order_by("code")
    return rows.filter(pk__in=scope_of(user).agency_ids)


def _cities(user: User) -> dict[str, list[Agency]]:
    """The cities of which the user reads every agency, where there are several: the targets are the city's."""
    offices: dict[str, list[Agency]] = defaultdict(list)
    for office in ListOffice.objects.select_related("agency").order_by("agency__code"):
        offices[office.city].append(office.agency)
    read = set(scope_of(user).agency_ids)
    return {
        city: agencies
        for city, agencies in offices.items()
        if len(agencies) > 1 and read.issuperset(one.pk for one in agencies)
    }


def _day(text: str) -> date:
    """Today, where nothing sensible is asked for; nothing is known of days to come."""
    try:
        asked = parse_date(text)
    except ValueError:
        asked = None
    today = localdate()
    return min(asked, today) if asked is not None else today


def _lines(agencies: list[Agency], on: date) -> list[dict[str, Any]]:
    if not agencies:
        return []
    try:
        return [_line(rate) for rate in indicators(agencies, on)]
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
