"""A masked number in full: typed to be compared, or shown for a reason. A piece of a page, never kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assistance.cases import operations as cases
from assistance.cases.permissions import may_use_applicant_phone
from assistance.registry.models import AccessLog, BankAccount, Person
from assistance.registry.operations import compare as compare_number
from assistance.registry.operations import reveal as reveal_number
from assistance.registry.permissions import may_compare, may_reveal
from assistance.registry.queries import held_by, people_visible_to
from assistance.shared.errors import NotAllowed, Refused
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_application

Field = AccessLog.Field
ACCOUNT_PREFIX = "account-"
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Number:
    """One number of somebody: what may be done with it here, and where."""

    label: str
    may_reveal: bool
    may_compare: bool
    reveal: Callable[..., str]
    compare: Callable[..., bool]
    addresses: dict[str, str]


def _person_number(request: StaffRequest, person_id: int, what: str) -> Number:
    person = get_object_or_404(people_visible_to(request.user), pk=person_id)
    account = None
    if what.startswith(ACCOUNT_PREFIX):
        rows = held_by(BankAccount.objects.select_related("person"), person)
        key = what.removeprefix(ACCOUNT_PREFIX)
        account = get_object_or_404(rows, pk=int(key) if key.isdecimal() else 0)
        field = Field.ACCOUNT
    else:
        known = {Field.ID_NUMBER.value: Field.ID_NUMBER, Field.PHONE.value: Field.PHONE}
        field = known.get(what, Field.ID_NUMBER)
    holder: Person = person if account is None else account.person
    given: dict[str, Any] = {"account": account, "actor": request.user}
    return Number(
        label=str(field.label),
        may_reveal=may_reveal(request.user, holder, field),
        may_compare=may_compare(request.user, holder, field),
        reveal=lambda **more: reveal_number(person, field, **given, **more),
        compare=lambda **more: compare_number(person, field, **given, **more),
        addresses={
            name: reverse(name, args=[person_id, what])
            for name in ("reveal_number", "compare_number")
        },
    )


def _applicant_phone(request: StaffRequest, number: str) -> Number:
    application = visible_application(request, number)
    user = request.user
    return Number(
        label=str(Field.APPLICANT_PHONE.label),
        may_reveal=may_use_applicant_phone(user, application, revealing=True),
        may_compare=may_use_applicant_phone(user, application),
        reveal=lambda **more: cases.reveal_applicant_phone(application, actor=user, **more),
        compare=lambda **more: cases.compare_applicant_phone(application, actor=user, **more),
        addresses={
            "reveal_number": reverse("reveal_applicant_phone", args=[number]),
            "compare_number": reverse("compare_applicant_phone", args=[number]),
        },
    )


@never_cache
@require_GET
def person_number(request: StaffRequest, person_id: int, what: str) -> HttpResponse:
    return _shown(request, _person_number(request, person_id, what))


@never_cache
@require_POST
def reveal_person_number(request: StaffRequest, person_id: int, what: str) -> HttpResponse:
    return _revealed(request, _person_number(request, person_id, what))


@never_cache
@require_POST
def compare_person_number(request: StaffRequest, person_id: int, what: str) -> HttpResponse:
    return _compared(request, _person_number(request, person_id, what))


@never_cache
@require_GET
def applicant_phone(request: StaffRequest, number: str) -> HttpResponse:
    return _shown(request, _applicant_phone(request, number))


@never_cache
@require_POST
def reveal_applicant_phone(request: StaffRequest, number: str) -> HttpResponse:
    return _revealed(request, _applicant_phone(request, number))


@never_cache
@require_POST
def compare_applicant_phone(request: StaffRequest, number: str) -> HttpResponse:
    return _compared(request, _applicant_phone(request, number))


def _shown(request: StaffRequest, number: Number, status: int = 200, **found: Any) -> HttpResponse:
    if not number.may_compare:
        raise PermissionDenied
    shown = {"number": number, "reasons": AccessLog.Reason.choices, **found}
    template = "web/_number.html" if request.htmx else "web/number.html"
    return render(request, template, shown, status=status)


def _revealed(request: StaffRequest, number: Number) -> HttpResponse:
    def show() -> dict[str, Any]:
        return {"value": number.reveal(reason=request.POST.get("reason", ""), at=now())}

    return _answered(request, number, show)


def _compared(request: StaffRequest, number: Number) -> HttpResponse:
    def same() -> dict[str, Any]:
        typed = request.POST.get("typed", "")[:LONGEST]
        return {"same": number.compare(typed=typed, at=now()), "answered": True}

    return _answered(request, number, same)


def _answered(
    request: StaffRequest, number: Number, find: Callable[[], dict[str, Any]]
) -> HttpResponse:
    try:
        found = find()
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        return _shown(request, number, 422, problem=str(error))
    return _shown(request, number, **found)
