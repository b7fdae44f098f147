"""Drawing a list up, stopping it, signing its sources, setting the county's threshold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import Agency, User
from assistance.screening.models import ListRun, Period
from assistance.screening.operations import (
    cancel_run,
    set_threshold,
    sign_source,
    sign_sources,
    start_run,
)
from assistance.screening.permissions import may_run_lists, may_set_threshold
from assistance.screening.queries import periods_visible_to, runs_visible_to, sources_of
from assistance.screening.states import RunState
from assistance.web.acts import Act, perform, plain
from assistance.web.forms.base import ScreenForm
from assistance.web.requests import StaffRequest
from assistance.web.screening.forms import DrawUpForm, SignSourcesForm, StopForm, ThresholdForm


def _draw(period: Period, *, kind: str, as_of: date | None, note: str, **who: Any) -> ListRun:
    return start_run(period, kind=kind, as_of=as_of, note=note, **who)


def _may_draw(user: User, period: Period) -> bool:
    return may_run_lists(user, period.agency_id)


def _may_stop(user: User, run: ListRun) -> bool:
    return run.state == RunState.QUEUED and may_run_lists(user, run.period.agency_id)


def _sign(
    agency: Agency, *, source: str, complete_to: date, note: str, actor: User, at: datetime
) -> object:
    given: dict[str, Any] = {
        "complete_to": complete_to,
        "note": note,
        "actor": actor,
        "at": at,
    }
    return sign_source(agency, source=source, **given) if source else sign_sources(agency, **given)


def _sign_form(agency: Agency, _user: User, *posted: Any) -> ScreenForm:
    return SignSourcesForm([(one.key, one.name) for one in sources_of(agency)], *posted)


DRAW_UP: Act[Period] = Act(
    url_name="draw_up_list",
    path="draw-up/",
    title=_("Draw up the list"),
    done=_("The list is being drawn up."),
    form=DrawUpForm,
    may=_may_draw,
    run=_draw,
    hint=_("A trial shows who would be on it and changes nothing."),
)
STOP: Act[ListRun] = Act(
    url_name="stop_list",
    path="stop/",
    title=_("Stop"),
    done=_("The run is stopped, or ends at its next step."),
    form=plain(StopForm),
    may=_may_stop,
    run=cancel_run,
    hint=_("Nothing of it stays. A stopped list is started again by a person, not by the clock."),
    danger=True,
)
SIGN: Act[Agency] = Act(
    url_name="sign_list_sources",
    path="sign/",
    title=_("Sign sources as complete"),
    done=_("Signed."),
    form=_sign_form,
    may=lambda user, agency: may_run_lists(user, agency.pk),
    run=_sign,
    hint=_("A bottom-line list is due once every source is complete up to the end of its quarter."),
)
THRESHOLD: Act[Agency] = Act(
    url_name="set_list_threshold",
    path="threshold/",
    title=_("Threshold of large costs"),
    done=_("The threshold is set."),
    form=plain(ThresholdForm),
    may=lambda user, agency: may_set_threshold(user, agency.pk),
    run=set_threshold,
    hint=_("The documents name no number: the county decides from where it wants to be warned."),
)


@never_cache
def draw_up(request: StaffRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(periods_visible_to(request.user), pk=pk)
    back = reverse("list_period", args=[pk])
    return perform(request, DRAW_UP, period, back=lambda: back, pretitle=str(period))


@never_cache
def stop(request: StaffRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(runs_visible_to(request.user), pk=pk)
    back = reverse("list_period", args=[run.period_id])
    return perform(request, STOP, run, back=lambda: back, pretitle=str(run.period))


@never_cache
def sign(request: StaffRequest) -> HttpResponse:
    return perform(request, SIGN, _own_agency(request), back=lambda: reverse("screening_sources"))


@never_cache
def threshold(request: StaffRequest) -> HttpResponse:
    return perform(
        request, THRESHOLD, _own_agency(request), back=lambda: reverse("screening_sources")
    )


def _own_agency(request: StaffRequest) -> Agency:
    agency = request.user.agency
    if agency is None or not may_run_lists(request.user, agency.pk):
        raise PermissionDenied
    return agency
