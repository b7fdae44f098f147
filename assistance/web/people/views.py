"""People: the list, the look-up by number, the record of a person and what is done to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.registry.models import BankAccount, IdentityChange, Merge, Person
from assistance.registry.operations import NumberInDoubt, find_outside, register_person
from assistance.registry.permissions import (
    may_look_up,
    may_read_account_paper,
    may_read_paper,
    may_register,
    may_see,
)
from assistance.registry.queries import (
    account_warnings,
    held_by,
    how_found,
    people_visible_to,
    search_people,
    timeline,
    who_looked,
)
from assistance.shared.errors import Refused
from assistance.shared.identity_numbers import parse
from assistance.shared.masking import mask_id
from assistance.web.acts import perform, refuse
from assistance.web.files import respond
from assistance.web.lists import list_page
from assistance.web.people import page
from assistance.web.people.base import PersonAct
from assistance.web.people.forms import FindForm, PersonForm
from assistance.web.people.identity import merge_shown
from assistance.web.people.life import life
from assistance.web.people.lists import PersonList
from assistance.web.requests import StaffRequest


def visible_person(request: StaffRequest, person_id: int) -> Person:
    return get_object_or_404(people_visible_to(request.user), pk=person_id)


@never_cache
def people(request: StaffRequest) -> HttpResponse:
    offered = may_register(request.user)
    rows = people_visible_to(request.user)
    return list_page(request, PersonList, rows, "web/people/list.html", may_register=offered)


@never_cache
def find(request: StaffRequest) -> HttpResponse:
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _found(request, form.cleaned_data["id_number"], form.cleaned_data["name"])
        except Refused as error:
            refuse(form, error)
    shown = {"form": form, "may_look_up": may_look_up(request.user)}
    return render(request, "web/people/find.html", shown, status=422 if form.errors else 200)


def _found(request: StaffRequest, id_number: str, name: str) -> HttpResponse:
    """To the person in one's own area, or the minimal card of somebody outside. Raises Refused."""
    person = search_people(request.user, id_number).first()
    if person is not None:
        found = how_found(person, id_number)
        if found:
            messages.info(request, found)
        return redirect("person", person.pk)
    number = parse(id_number, on=localdate()).number
    if not name.strip():
        raise Refused(_("Nobody in your area has this number."))
    card = find_outside(request.user, number=number, name=name, at=now())
    if card is None:
        raise Refused(_("Nobody is known under this number and name together."))
    return render(request, "web/people/outside.html", {"card": card})


@never_cache
def new(request: StaffRequest) -> HttpResponse:
    if not may_register(request.user):
        raise PermissionDenied
    form = PersonForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            made = register_person(**form.values(), actor=request.user, at=now())
        except NumberInDoubt as error:
            form.ask_whether_somebody_else()
            refuse(form, error)
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("The person is entered."))
            return redirect("person", made.pk)
    return render(
        request, "web/people/new.html", {"form": form}, status=422 if form.errors else 200
    )


def _answered_elsewhere(request: StaffRequest, person: Person) -> HttpResponse | None:
    """A merged record leads to the one that answers; outside one's area it only says where that is."""
    into = person.merged_into
    if into is None:
        return None
    if not may_see(request.user, into):
        return render(request, "web/people/merged.html", {"person": person, "into": into})
    sentence = _("The record of %(name)s you looked for was merged into this one.")
    messages.info(request, sentence % {"name": person.name})
    return redirect("person", into.pk)


@never_cache
def person(request: StaffRequest, person_id: int) -> HttpResponse:
    person = visible_person(request, person_id)
    elsewhere = _answered_elsewhere(request, person)
    return elsewhere or render(request, "web/people/record.html", page.record(request.user, person))


@never_cache
def costs(request: StaffRequest, person_id: int) -> HttpResponse:
    person = visible_person(request, person_id)
    elsewhere = _answered_elsewhere(request, person)
    return elsewhere or render(request, "web/people/costs.html", page.costs(request.user, person))


@never_cache
def history(request: StaffRequest, person_id: int) -> HttpResponse:
    person = visible_person(request, person_id)
    elsewhere = _answered_elsewhere(request, person)
    return elsewhere or render(
        request,
        "web/people/history.html",
        {
            "person": person,
            "life": life(person),
            "changes": timeline(person),
            "accesses": who_looked(request.user, person),
        },
    )


@never_cache
def account_paper(request: StaffRequest, person_id: int, row_id: int) -> HttpResponse:
    person = visible_person(request, person_id)
    rows = held_by(BankAccount.objects.filter(paper__isnull=False), person)
    account = get_object_or_404(rows.select_related("paper"), pk=row_id)
    assert account.paper is not None
    if not may_read_account_paper(request.user, person):
        raise PermissionDenied
    return respond(request, account.paper, subject=f"account-{account.pk}", person=person)


@never_cache
def act(
    request: StaffRequest, person_id: int, act: PersonAct, row_id: int | None = None
) -> HttpResponse:
    person = visible_person(request, person_id)
    elsewhere = _answered_elsewhere(request, person)
    if elsewhere is not None:
        return elsewhere
    subject = person if act.rows is None else get_object_or_404(act.rows(person), pk=row_id)

    def back() -> str:
        # Who moved away may have left the scope of whoever recorded it.
        here = people_visible_to(request.user).filter(pk=person_id).exists()
        name = "person_costs" if act.url_name in COST_ACTS else "person"
        return reverse(name, args=[person_id]) if here else reverse("people")

    shown: dict[str, Any] = {"pretitle": person.name, "about": _about(person, subject)}
    if isinstance(subject, BankAccount):
        shown["warnings"] = account_warnings(subject, request.user)
    if isinstance(subject, IdentityChange) and may_read_paper(request.user, person):
        shown["picture"] = reverse("identity_paper_preview", args=[person_id, subject.pk])
    if isinstance(subject, Merge):
        shown |= merge_shown(subject)
    return perform(request, act, subject, back=back, **shown)


COST_ACTS = frozenset({"type_bill", "reverse_bill", "record_aid", "void_aid"})


def _about(person: Person, subject: Any) -> list[tuple[str, str]]:
    """Whom and what the act is about, without numbers in full."""
    about = [
        (_("Name"), person.name),
        (_("Id number"), mask_id(person.id_number)),
        (_("Township"), person.township.name),
    ]
    if subject is not person:
        about.append((_("Concerns"), str(subject)))
    return about
