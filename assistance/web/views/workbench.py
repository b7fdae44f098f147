"""The start page: what waits for me, what is late, and the quick search."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.accounts.queries import missing_calendar_years
from assistance.accounts.roles import Role
from assistance.cases.models import Application, HandOver, Notice
from assistance.cases.queries import (
    applications_visible_to,
    hand_overs_visible_to,
    moved_away,
    notices_visible_to,
    objections_visible_to,
    overdue,
    queue_for,
    returned_too_long,
    stops_visible_to,
    stuck,
)
from assistance.cases.states import State
from assistance.payments.queries import (
    awards_visible_to,
    batches_visible_to,
    unconfirmed_entries,
)
from assistance.payments.states import AwardState, BatchState
from assistance.registry.queries import how_found, people_visible_to, search_people
from assistance.registry.queries.lists import deliveries, sources_visible_to
from assistance.screening.queries.late import late_for
from assistance.screening.queries.meetings import waiting_for
from assistance.web.forms.lists import named
from assistance.web.navigation import CASE_ROLES, MONEY_ROLES, may_register
from assistance.web.partners.tiles import desk_tiles, follow_tiles
from assistance.web.people.identity import waiting_among
from assistance.web.requests import StaffRequest

SHOWN = 20


def workbench(request: StaffRequest) -> HttpResponse:
    shown: dict[str, Any] = {
        "bottom_line": waiting_for(request.user),
        "missing_years": missing_calendar_years(localdate()),
        "may_register": may_register(request.user),
        **desk_tiles(request.user),
    }
    if request.user.has_role(*CASE_ROLES):
        shown |= _cases(request)
    if request.user.has_role(*MONEY_ROLES):
        shown |= _money(request)
    return render(request, "web/workbench.html", shown)


def _cases(request: StaffRequest) -> dict[str, Any]:
    queue = queue_for(request.user)
    visible = applications_visible_to(request.user)
    today = localdate()
    late = overdue(visible, today)
    return {
        "cases": True,
        "queue": _rows(queue),
        "waiting": queue.count(),
        "late": queue.filter(deadline_on__lt=today).count(),
        "overdue": _rows(late),
        "overdue_count": late.count(),
        "returned_count": returned_too_long(visible, today).count(),
        "stuck_count": stuck(visible, today).count(),
        "counts": _counts(visible),
        "notices": _notices(request),
        "stops": _stops(request),
        "objections": _objections(request),
        "hand_overs": _hand_overs(request),
        "late_lists": late_for(request.user).count(),
        "pushes": follow_tiles(request.user),
        "delivered": _deliveries(request),
        "checks": sum(rows.count() for rows in waiting_among(people_visible_to(request.user))),
    }


def _deliveries(request: StaffRequest) -> dict[str, int]:
    """Recipient lists that should have come, and those that are here and have to count in this month."""
    if not request.user.has_role(Role.REVIEWER):
        return {}
    lists = deliveries(sources_visible_to(request.user), localdate())
    waiting = [one for one in lists if one.listing is not None and not one.is_applied]
    return {
        "late": sum(one.is_late and one.listing is None for one in lists),
        "to_apply": len(waiting),
    }


def _stops(request: StaffRequest) -> dict[str, int]:
    """How many cases wait for somebody outside, and about how many one should ask again now."""
    to_ask = Q(remind_on__lte=localdate())
    return stops_visible_to(request.user).aggregate(all=Count("id"), to_ask=Count("id", to_ask))


def _objections(request: StaffRequest) -> dict[str, int]:
    """Of interest to those who decide on them; the others find them on their cases."""
    if not request.user.has_role(Role.REVIEWER):
        return {}
    is_open = Q(outcome="")
    return objections_visible_to(request.user).aggregate(
        open=Count("id", is_open),
        overdue=Count("id", is_open & Q(deadline_on__lt=localdate())),
        to_tell=Count("id", ~is_open & Q(told_how="")),
    )


def _hand_overs(request: StaffRequest) -> dict[str, int]:
    user = request.user
    offered = hand_overs_visible_to(user).filter(outcome=HandOver.Outcome.OPEN)
    may_offer = user.has_role(Role.TOWNSHIP_LEADER, Role.REVIEWER)
    return {
        "to_answer": offered.filter(to_township=user.township_id).count(),
        "moved": moved_away(user).count() if may_offer else 0,
    }


def _money(request: StaffRequest) -> dict[str, Any]:
    """What is owed, and the batches that wait for a second person or for the bank."""
    awards = awards_visible_to(request.user).order_by().values_list("state")
    found = dict(awards.annotate(Count("id")))
    open_batches = batches_visible_to(request.user).exclude(
        state__in=(BatchState.CLOSED, BatchState.DISCARDED)
    )
    return {
        "awards": [(state, found.get(state, 0)) for state in AwardState],
        "batches": open_batches.order_by("-id")[:SHOWN],
        "short_of_money": _waiting_for_money(request),
        "to_confirm": unconfirmed_entries(request.user).count(),
    }


def _waiting_for_money(request: StaffRequest) -> dict[str, Any]:
    """How many agreed cases wait for money, and the yuan they need."""
    cases = applications_visible_to(request.user).filter(state=State.WAITING_FUNDS)
    return cases.order_by().aggregate(count=Count("id"), needed=Sum("amount"))


def _rows(queryset: QuerySet[Application]) -> QuerySet[Application]:
    return queryset.select_related("person", "township").order_by("deadline_on", "id")[:SHOWN]


def _counts(visible: QuerySet[Application]) -> list[tuple[State, int]]:
    found = dict(visible.order_by().values_list("state").annotate(Count("id")))
    return [(state, found.get(state, 0)) for state in State]


def _notices(request: StaffRequest) -> QuerySet[Notice]:
    """Notices on which a person has to do something: hang them out, or certify that they hung."""
    to_post = Q(state=Notice.State.DRAFT)
    to_certify = Q(state=Notice.State.POSTED, certified_at__isnull=True, last_day__lt=localdate())
    visible = notices_visible_to(request.user).filter(to_post | to_certify)
    return visible.select_related("township").order_by("last_day", "id")[:SHOWN]


@never_cache
@require_POST
def search(request: StaffRequest) -> HttpResponse:
    """By POST, because an id number may be typed and must not stand in an address."""
    words = request.POST.get("q", "").strip()[:60]
    cases = applications_visible_to(request.user)
    exact = cases.filter(number__iexact=words).first() if words else None
    if exact is not None:
        return redirect("application", exact.number)
    people = list(search_people(request.user, words)[:SHOWN]) if words else []
    theirs = (
        cases.filter(named(words) | Q(person__in=people) | Q(person__merged_into__in=people))
        if words
        else cases.none()
    )
    shown = {
        "words": words,
        "people": [(person, how_found(person, words)) for person in people],
        "cases": _rows(theirs),
    }
    return render(request, "web/search.html", shown)
