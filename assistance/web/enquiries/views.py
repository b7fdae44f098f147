"""The telephone: find whom the call is about, read the card, note the call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.cases.operations import note_call
from assistance.cases.permissions import may_note_call
from assistance.cases.queries import (
    applications_visible_to,
    calls_about,
    find_people,
    reachable_people,
    with_cases,
)
from assistance.registry.models import Person
from assistance.registry.queries import held_by, people_visible_to
from assistance.shared.errors import Refused
from assistance.web.enquiries.forms import CallForm, EnquiryForm
from assistance.web.enquiries.page import answers
from assistance.web.requests import StaffRequest

MOST_FOUND = 20
CALLS_SHOWN = 20


@never_cache
def enquiries(request: StaffRequest) -> HttpResponse:
    """By POST: the end of an id number or a phone must not stand in an address."""
    form = EnquiryForm(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {"form": form}
    if form.is_valid():
        rows = find_people(request.user, form.cleaned_data["words"])
        found = list(with_cases(rows, request.user)[: MOST_FOUND + 1])
        if len(found) == 1:
            return redirect("enquiry", found[0].pk)
        shown |= {"asked": True, "people": found[:MOST_FOUND], "more": len(found) > MOST_FOUND}
    status = 422 if form.errors else 200
    return render(request, "web/enquiries/find.html", shown, status=status)


@never_cache
def enquiry(request: StaffRequest, person_id: int) -> HttpResponse:
    return _show(request, _reachable(request, person_id))


@never_cache
@require_POST
def call(request: StaffRequest, person_id: int) -> HttpResponse:
    person = _reachable(request, person_id)
    form = _call_form(request, person, request.POST)
    if form.is_valid():
        try:
            note_call(person, **form.cleaned_data, actor=request.user, at=now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The call is noted."))
            return redirect("enquiry", person_id)
    return _show(request, person, form)


def _reachable(request: StaffRequest, person_id: int) -> Person:
    return get_object_or_404(reachable_people(request.user), pk=person_id)


def _show(request: StaffRequest, person: Person, form: CallForm | None = None) -> HttpResponse:
    found = answers(request.user, person)
    cases = [answer.application for answer in found]
    may_note = any(may_note_call(request.user, person, case) for case in [None, *cases])
    shown = {
        "person": person,
        "answers": found,
        "calls": calls_about(request.user, person)[:CALLS_SHOWN],
        "may_open": people_visible_to(request.user).filter(pk=person.pk).exists(),
        "may_note": may_note,
        "call_form": form or _call_form(request, person),
        "find_form": EnquiryForm(action=reverse("enquiries")),
    }
    return render(request, "web/enquiries/card.html", shown, status=422 if form else 200)


def _call_form(request: StaffRequest, person: Person, *posted: Any) -> CallForm:
    cases = held_by(applications_visible_to(request.user), person).order_by("-id")
    first = cases.first()
    return CallForm(
        *posted,
        cases=cases,
        initial={"application": first.pk if first else None},
        action=reverse("call", args=[person.pk]),
    )
