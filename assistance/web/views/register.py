"""Registering an application in under a minute: who, what, receipt."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.cases.operations import discard_draft, register_application
from assistance.cases.queries import applications_visible_to
from assistance.registry.documents import CITIZEN_LIKE
from assistance.registry.models import Person
from assistance.registry.operations import NumberInDoubt, Place, find_outside, register_person
from assistance.registry.permissions import may_register
from assistance.registry.queries import (
    held_by,
    number_doubt,
    people_visible_to,
    search_people,
)
from assistance.shared.errors import Refused
from assistance.shared.identity_numbers import parse
from assistance.web.drafts import REGISTER, keep_typing
from assistance.web.forms.register import FindPersonForm, NewPersonForm, RegisterForm
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_application


@never_cache
def find(request: StaffRequest) -> HttpResponse:
    if not may_register(request.user):
        raise PermissionDenied
    form = FindPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _found(request, form)
        except Refused as error:
            form.add_error("id_number", str(error))
    return render(request, "web/register/find.html", {"form": form})


def _found(request: StaffRequest, form: FindPersonForm) -> HttpResponse:
    """To the person's own page of the wizard, the minimal card, or the form for somebody new."""
    name = form.cleaned_data["name"].strip()
    kind, text = form.cleaned_data["certificate_type"], form.cleaned_data["id_number"]
    number = parse(text, on=localdate()) if kind in CITIZEN_LIKE else None
    person = search_people(request.user, text).first()
    if person is not None:
        if person.name != name:
            _warn_of_name(request, person.name, name)
        return redirect("register", person.pk)
    if number is not None:
        card = find_outside(request.user, number=number.number, name=name, at=now())
        if card is not None:
            return render(request, "web/register/outside.html", {"card": card})
    initial = {"id_number": number.number if number else text, "name": name}
    initial["certificate_type"] = kind
    new = NewPersonForm(initial=initial, user=request.user, action=reverse("register_person"))
    return render(request, "web/register/person.html", {"form": new, "number": number})


def _warn_of_name(request: StaffRequest, known: str, typed: str) -> None:
    sentence = _("This id number belongs to %(known)s, you typed %(typed)s: check the id card.")
    messages.warning(request, sentence % {"known": known, "typed": typed})


@never_cache
@require_POST
def new_person(request: StaffRequest) -> HttpResponse:
    form = NewPersonForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            person = _enter(request, form)
            doubt = number_doubt(person, localdate())
            if doubt:
                messages.warning(request, doubt)
            return redirect("register", person.pk)
        except NumberInDoubt as error:
            form.ask_whether_somebody_else()
            form.add_error(None, str(error))
        except Refused as error:
            form.add_error(None, str(error))
    return render(request, "web/register/person.html", {"form": form}, status=422)


def _enter(request: StaffRequest, form: NewPersonForm) -> Person:
    given = form.cleaned_data
    places = {
        kind: Place(given[f"{kind}_township"], given[f"{kind}_village"])
        for kind in ("hukou", "living")
        if given[f"{kind}_township"]
    }
    return register_person(
        name=given["name"],
        id_number=given["id_number"],
        since=given["since"],
        phone=given["phone"],
        certificate_type=given["certificate_type"],
        born_on=given["born_on"],
        sex=given["sex"],
        is_somebody_else=given["is_somebody_else"],
        actor=request.user,
        at=now(),
        hukou=places.get("hukou"),
        living=places.get("living"),
    )


def register(request: StaffRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(people_visible_to(request.user), pk=person_id)
    if not may_register(request.user):
        raise PermissionDenied
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RegisterForm(*posted, user=request.user, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            application = register_application(
                person=person, actor=request.user, at=now(), **form.cleaned_data
            )
            discard_draft(request.user, REGISTER, str(person.pk))
            return redirect("receipt", application.number)
        except Refused as error:
            form.add_error(None, str(error))
    others = held_by(applications_visible_to(request.user), person).order_by("-id")[:5]
    restored = keep_typing(form, request.user, REGISTER, str(person.pk))
    shown = {"form": form, "person": person, "others": others, "restored": restored}
    return render(request, "web/register/application.html", shown)


def receipt(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    progress_url = request.build_absolute_uri(reverse("public_progress"))
    shown = {"application": application, "progress_url": progress_url}
    return render(request, "print/receipt.html", shown)
