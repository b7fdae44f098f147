"""The lists that draw themselves up: what is due, the runs of a period, their people, and how a burden arose."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Case, When
from django.db.models.fields import BooleanField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.jobs.queries import pace
from assistance.registry.queries import people_visible_to
from assistance.screening.models import ListEntry, ListRun
from assistance.screening.permissions import LIST_READERS, may_run_lists
from assistance.screening.queries import (
    departures_visible_to,
    entries_visible_to,
    missing_sources,
    periods_visible_to,
    runs_visible_to,
    sources_of,
    threshold_of,
)
from assistance.screening.queries.bottom_line import cases_visible_to
from assistance.screening.queries.layers import layers_of
from assistance.screening.queries.runs import WHOLE, reads_whole_lists
from assistance.screening.queries.townships import ranked_runs, ranking
from assistance.screening.states import PeriodState, RunState
from assistance.shared.money import from_fen
from assistance.web.acts import links
from assistance.web.lists import list_page
from assistance.web.requests import StaffRequest
from assistance.web.screening.acts import DRAW_UP, SIGN, STOP, THRESHOLD
from assistance.web.screening.chart import chart_of
from assistance.web.screening.lists import (
    ComparisonList,
    DepartureList,
    EntryList,
    PeriodList,
    month_of,
)
from assistance.web.screening.troubles import troubles

RANKED_SHOWN = 24


@never_cache
def periods(request: StaffRequest) -> HttpResponse:
    user = request.user
    done = ListRun.objects.filter(period=OuterRef("pk"), state=RunState.DONE, kind__in=WHOLE)
    own = ListEntry.objects.filter(run=OuterRef("newest"), township=user.township_id).order_by()
    whole = Subquery(done.order_by("-id").values("counts__listed")[:1])
    counted = Subquery(own.values("run").annotate(n=Count("id")).values("n"))
    rows = periods_visible_to(user).annotate(
        newest=Subquery(done.order_by("-id").values("pk")[:1]),
        listed=whole if reads_whole_lists(user) else counted,
    )
    page = {
        "runs_lists": may_run_lists(user, user.agency_id),
        "reads_lists": user.has_role(*LIST_READERS),
        "reads_whole": reads_whole_lists(user),
        "troubles": _troubles(user),
    }
    return list_page(request, PeriodList, rows, "web/screening/periods.html", **page)


def _troubles(user: User) -> list[str]:
    if user.agency_id is None or not may_run_lists(user, user.agency_id):
        return []
    return troubles(localdate(), agencies={user.agency_id})


@never_cache
def period(request: StaffRequest, pk: int) -> HttpResponse:
    user = request.user
    found = get_object_or_404(periods_visible_to(user), pk=pk)
    runs = runs_visible_to(user).filter(period=found)
    page = {
        "period": found,
        "whole": reads_whole_lists(user),
        "month": month_of(found),
        "runs": [
            (run, run.job and pace(run.job, now()), links([STOP], user, run, run.pk))
            for run in runs
        ],
        "links": links([DRAW_UP], user, found, found.pk),
        "missing": missing_sources(found) if found.state == PeriodState.WAITING else [],
    }
    return render(request, "web/screening/period.html", page)


def visible_run(request: StaffRequest, pk: int) -> ListRun:
    return get_object_or_404(runs_visible_to(request.user), pk=pk)


@never_cache
def run(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_run(request, pk)
    rows = entries_visible_to(request.user).filter(run=found)
    page = _about(request.user, found) | {"others": _others(request, found)}
    return list_page(request, EntryList, rows, "web/screening/run.html", **page)


@never_cache
def departures(request: StaffRequest, pk: int) -> HttpResponse:
    found = visible_run(request, pk)
    rows = departures_visible_to(request.user).filter(run=found)
    return list_page(
        request, DepartureList, rows, "web/screening/run.html", **_about(request.user, found)
    )


@never_cache
def compare(request: StaffRequest, pk: int, other: int) -> HttpResponse:
    here, there = visible_run(request, pk), visible_run(request, other)
    same_list = there.period.kind == here.period.kind
    if not same_list or there.period.agency_id != here.period.agency_id:
        raise Http404
    rows = _differences(entries_visible_to(request.user), here, there)
    page = _about(request.user, here) | {"there": there, "there_month": month_of(there.period)}
    return list_page(request, ComparisonList, rows, "web/screening/compare.html", **page)


def _differences(entries: QuerySet[ListEntry], here: ListRun, there: ListRun) -> QuerySet[Any]:
    """Everybody whose row is not the same on both; each once, with the burden on the other list."""
    opposite = Case(When(run=here, then=Value(there.pk)), default=Value(here.pk))
    on_other = ListEntry.objects.filter(run=OuterRef("opposite"), person=OuterRef("person"))
    rows = entries.filter(run__in=(here, there)).annotate(
        opposite=opposite,
        is_here=Case(
            When(run=here, then=Value(True)), default=Value(False), output_field=BooleanField()
        ),
    )
    rows = rows.annotate(
        other=Subquery(
            on_other.values("burden")[:1],
            output_field=DecimalField(max_digits=16, decimal_places=2),
        )
    )
    return rows.filter(Q(other=None) | (Q(is_here=True) & ~Q(other=F("burden"))))


def _about(user: User, found: ListRun) -> dict[str, Any]:
    rule = found.parameters
    return {
        "run": found,
        "period": found.period,
        "month": month_of(found.period),
        "limit": from_fen(rule["limit"]) if "limit" in rule else None,
        "rule": rule,
        "whole": reads_whole_lists(user),
    }


def _others(request: StaffRequest, found: ListRun) -> QuerySet[ListRun]:
    """With which it can be compared: the list before and the other runs of the same period."""
    same = Q(period=found.period_id) | Q(pk=found.previous_id)
    rows = runs_visible_to(request.user).filter(same, state=RunState.DONE)
    return rows.exclude(pk=found.pk)


@never_cache
def entry(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(
        entries_visible_to(request.user).select_related("run__period__agency"), pk=pk
    )
    about = _about(request.user, found.run)
    as_of, scope = found.run.as_of, about["rule"].get("base") == "own_in_scope"
    layers = layers_of(found.person, as_of.year, as_of, in_scope=scope)
    page = about | {
        "entry": found,
        "layers": layers,
        "chart": chart_of(layers, about["limit"]),
        "changed": layers.own_total != (found.own_in_scope if scope else found.own_total),
        "scope": scope,
        "below": about["limit"] is not None and layers.own_total < about["limit"],
        "died_before": found.person.died_on is not None and found.person.died_on <= as_of,
        "case": cases_visible_to(request.user).filter(entry=found).first(),
        "person_open": people_visible_to(request.user).filter(pk=found.person_id).exists(),
    }
    return render(request, "web/screening/entry.html", page)


@never_cache
def townships(request: StaffRequest) -> HttpResponse:
    runs = ranked_runs(request.user)
    wanted = request.GET.get("run", "")
    if wanted.isdecimal() and len(wanted) < 10:
        found = get_object_or_404(runs, pk=int(wanted))
    else:
        newest = runs.first()
        if newest is None:
            return render(request, "web/screening/townships.html", {"runs": []})
        found = newest
    page = {
        "run": found,
        "month": month_of(found.period),
        "runs": [(one, month_of(one.period)) for one in runs[:RANKED_SHOWN]],
        "lines": ranking(request.user, found),
        "reads_lists": request.user.has_role(*LIST_READERS),
    }
    return render(request, "web/screening/townships.html", page)


@never_cache
def sources(request: StaffRequest) -> HttpResponse:
    """Of the user's own agency: whose data are complete up to when, and from where large costs are warned of."""
    user, agency = request.user, request.user.agency
    if agency is None or not may_run_lists(user, agency.pk):
        return render(request, "web/screening/sources.html", {"sources": []})
    page = {
        "sources": sources_of(agency),
        "agency": agency,
        "threshold": threshold_of(agency, localdate()),
        "links": links([SIGN, THRESHOLD], user, agency),
    }
    return render(request, "web/screening/sources.html", page)
