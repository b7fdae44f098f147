"""Going on from a decided case, and ruling on what the calculation leaves to a person."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.cases import operations
from assistance.cases.models import Application
from assistance.cases.permissions import may_apply_again
from assistance.shared.errors import Refused
from assistance.web.acts import refuse
from assistance.web.forms.base import ScreenForm
from assistance.web.forms.corrections import AgainForm, OfficialForm
from assistance.web.requests import StaffRequest
from assistance.web.standing import ruling_form
from assistance.web.views.objects import visible_application

AGAIN = gettext_lazy("Register a further application")
AGAIN_HINT = gettext_lazy(
    "The year is computed anew over all its bills up to this day; what was granted before is deducted, and "
    "only the rest is publicised and paid."
)
OFFICIAL = gettext_lazy("Open an official correction")
OFFICIAL_HINT = gettext_lazy(
    "For an amount that the office itself found wrong after payment. It takes the same road as an "
    "application; more is paid as a supplement, less is claimed back."
)


@never_cache
def apply_again(request: StaffRequest, number: str) -> HttpResponse:
    return _go_on(request, number, AgainForm, operations.apply_again, (AGAIN, AGAIN_HINT))


@never_cache
def official(request: StaffRequest, number: str) -> HttpResponse:
    operation = operations.open_official_correction
    return _go_on(request, number, OfficialForm, operation, (OFFICIAL, OFFICIAL_HINT))


def _go_on(
    request: StaffRequest,
    number: str,
    form_class: type[ScreenForm],
    operation: Callable[..., Application],
    words: tuple[str | Promise, str | Promise],
) -> HttpResponse:
    previous = visible_application(request, number)
    posted = request.method == "POST"
    if not posted and not may_apply_again(request.user, previous):
        raise PermissionDenied
    form = form_class(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            case = operation(previous, **form.cleaned_data, actor=request.user, at=now())
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("Opened: complete the facts and submit it."))
            return redirect("application", case.number)
    title, hint = words
    shown = {"application": previous, "form": form, "title": title, "hint": hint}
    return render(request, "web/cases/further.html", shown, status=422 if posted else 200)


@require_POST
def rule(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    form = ruling_form(application, request.POST.get("fact", ""), request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason."))
        return redirect("application", number)
    try:
        operations.rule_on(application, actor=request.user, at=now(), **form.cleaned_data)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Decided; the amount is computed on the accepted facts."))
    return redirect("application", number)
