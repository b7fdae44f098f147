"""Facts, bills, other aid and account of a case, with the estimate beside them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.cases import operations
from assistance.cases.models import Application, FactItem, FactSheet
from assistance.registry.operations import add_account
from assistance.shared.errors import Refused
from assistance.web.acts import refuse
from assistance.web.casefile import Kind, editable_kind, gaps, sheets_of
from assistance.web.drafts import AID, BILL, FACTS, NEW_ACCOUNT, ON_FACTS, keep_typing
from assistance.web.explanations import explanation
from assistance.web.factfile import facts_file
from assistance.web.forms.base import ScreenForm, VersionedForm
from assistance.web.forms.cases import (
    AccountChoiceForm,
    AidForm,
    BillForm,
    FactsForm,
    NewAccountForm,
    facts_initial,
    judge_form,
)
from assistance.web.forms.decisions import RemoveBillForm
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_application


@never_cache
def facts(request: StaffRequest, number: str) -> HttpResponse:
    return show(request, visible_application(request, number))


def show(
    request: StaffRequest, application: Application, status: int = 200, **bound: ScreenForm
) -> HttpResponse:
    """The page of facts; `bound` holds the one refused form, so that nothing typed is lost."""
    shown = facts_file(request.user, application)
    forms = _forms(request, application) | bound
    kept = {
        f"{name}_restored": keep_typing(form, request.user, name, application.number, application)
        for name in ON_FACTS
        if (form := forms.get(f"{name}_form")) is not None
    }
    return render(request, "web/cases/facts.html", shown | forms | kept, status=status)


def _forms(request: StaffRequest, application: Application) -> dict[str, ScreenForm]:
    version = {"version": application.version}
    kind = editable_kind(request.user, application)
    chosen = version | {"account": application.account_id}
    forms: dict[str, ScreenForm] = {
        "account_form": _account_form(application, initial=chosen),
        "new_account_form": NewAccountForm(action=_at("new_account", application)),
    }
    if kind is not None:
        initial = facts_initial(sheets_of(application)[kind], application.version)
        once = version | {"token": secrets.token_hex(16)}
        forms["facts_form"] = _facts_form(application, initial=initial)
        forms["bill_form"] = BillForm(initial=once, action=_at("add_bill", application))
        forms["aid_form"] = AidForm(initial=version, action=_at("add_aid", application))
    return forms


def _at(name: str, application: Application) -> str:
    return reverse(name, args=[application.number])


def _facts_form(application: Application, data: Any = None, **options: Any) -> FactsForm:
    return FactsForm(
        data,
        action=_at("save_facts", application),
        estimate_at=_at("estimate", application),
        **options,
    )


def _account_form(application: Application, data: Any = None, **options: Any) -> AccountChoiceForm:
    address = _at("choose_account", application)
    return AccountChoiceForm(data, person=application.person, action=address, **options)


def _run(
    request: StaffRequest,
    application: Application,
    form: ScreenForm,
    name: str,
    operation: Callable[[], object],
    done: str,
) -> HttpResponse:
    """Run one operation on a valid form and go back to the page, or show the form with its faults."""
    if form.is_valid():
        try:
            operation()
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, done)
            return redirect("facts", application.number)
    application = visible_application(request, application.number)
    if isinstance(form, VersionedForm):
        form.renew(application.version)
    return show(request, application, 422, **{name: form})


def _split(form: ScreenForm) -> dict[str, Any]:
    """What a person typed, without what the page carried along."""
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _signed(request: StaffRequest, form: ScreenForm) -> dict[str, Any]:
    return {"actor": request.user, "at": now(), "version": form.cleaned_data["version"]}


@require_POST
def save_facts(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    kind = editable_kind(request.user, application) or Kind.DECLARED
    form = _facts_form(application, request.POST)

    def save() -> None:
        operations.save_facts(application, kind, values=_split(form), **_signed(request, form))
        operations.discard_draft(request.user, FACTS, number)

    return _run(request, application, form, "facts_form", save, _("The facts are saved."))


@never_cache
@require_POST
def estimate(request: StaffRequest, number: str) -> HttpResponse:
    """The amount on what is typed so far; nothing is saved."""
    application = visible_application(request, number)
    kind = editable_kind(request.user, application)
    if kind is None:
        raise PermissionDenied
    sheet = _typed(sheets_of(application)[kind], _facts_form(application, request.POST))
    shown = {"explanation": explanation(application, sheet), "gaps": gaps(application, sheet)}
    return render(request, "web/cases/_estimate.html", shown)


def _typed(sheet: FactSheet, form: FactsForm) -> FactSheet:
    """The sheet with the fields that are valid so far, in memory alone."""
    form.full_clean()
    for name, value in _split(form).items():
        setattr(sheet, name, value)
    return sheet


@require_POST
def add_bill(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    form = BillForm(request.POST, action=_at("add_bill", application))

    def add() -> None:
        operations.add_bill(application, bill=_split(form), **_signed(request, form))
        operations.discard_draft(request.user, BILL, number)

    return _run(request, application, form, "bill_form", add, _("The bill is added."))


@require_POST
def add_aid(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    form = AidForm(request.POST, action=_at("add_aid", application))

    def add() -> None:
        operations.add_aid(application, aid=_split(form), **_signed(request, form))
        operations.discard_draft(request.user, AID, number)

    return _run(request, application, form, "aid_form", add, _("The aid is added."))


@require_POST
def choose_account(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    form = _account_form(application, request.POST)

    def choose() -> None:
        operations.choose_account(application, **_split(form), **_signed(request, form))

    return _run(request, application, form, "account_form", choose, _("The account is chosen."))


@require_POST
def new_account(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    form = NewAccountForm(request.POST, request.FILES, action=_at("new_account", application))

    def add() -> None:
        add_account(application.person, **form.cleaned_data, actor=request.user, at=now())
        operations.discard_draft(request.user, NEW_ACCOUNT, number)

    done = _("The account is added; another person checks it.")
    return _run(request, application, form, "new_account_form", add, done)


@require_POST
def refresh(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    kind = editable_kind(request.user, application) or Kind.DECLARED
    try:
        added, removed = operations.refresh_items(
            application, kind, actor=request.user, at=now(), version=None
        )
    except Refused as error:
        messages.error(request, str(error))
    else:
        done = _("Bills taken over: %(added)s added, %(removed)s dropped.")
        messages.success(request, done % {"added": added, "removed": removed})
    return redirect("facts", number)


@never_cache
def judge(request: StaffRequest, number: str, item_id: int) -> HttpResponse:
    application = visible_application(request, number)
    item = _item(application, item_id)
    form_class = judge_form(item)
    names = [name for name in form_class.base_fields if name != "version"]
    initial = {name: getattr(item, name) for name in names} | {"version": application.version}
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.judge_item(item, values=_split(form), **_signed(request, form))
            return redirect("facts", number)
        except Refused as error:
            refuse(form, error)
    return _show_item(request, application, item, form)


@never_cache
def remove_bill(request: StaffRequest, number: str, item_id: int) -> HttpResponse:
    application = visible_application(request, number)
    item = _item(application, item_id)
    form = RemoveBillForm(request.POST or None, initial={"version": application.version})
    if request.method == "POST" and form.is_valid():
        try:
            operations.remove_bill(item, **_split(form), **_signed(request, form))
            return redirect("facts", number)
        except Refused as error:
            refuse(form, error)
    return _show_item(request, application, item, form, removing=True)


def _item(application: Application, item_id: int) -> FactItem:
    items = FactItem.objects.filter(sheet__application=application)
    return get_object_or_404(items.select_related("settlement", "sheet__application"), pk=item_id)


def _show_item(
    request: StaffRequest,
    application: Application,
    item: FactItem,
    form: ScreenForm,
    *,
    removing: bool = False,
) -> HttpResponse:
    shown = {"application": application, "item": item, "form": form, "removing": removing}
    return render(request, "web/cases/item.html", shown, status=422 if form.errors else 200)
