"""The page of a case, and the steps taken on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.cases.models import Application
from assistance.cases.permissions import may
from assistance.cases.queries import applications_visible_to
from assistance.cases.states import Action
from assistance.shared.errors import Refused
from assistance.web.acts import refuse
from assistance.web.bulk.forms import bulk_form
from assistance.web.casefile import case_file
from assistance.web.forms.lists import ApplicationList
from assistance.web.lists import list_page
from assistance.web.navigation import may_register
from assistance.web.requests import StaffRequest
from assistance.web.steps import STEPS, step_form
from assistance.web.views.objects import visible_application


@never_cache
def applications(request: StaffRequest) -> HttpResponse:
    rows = applications_visible_to(request.user)
    offered = may_register(request.user)
    shown = {"may_register": offered, "bulk_form": bulk_form(request.user)}
    return list_page(request, ApplicationList, rows, "web/cases/list.html", **shown)


@never_cache
def application(request: StaffRequest, number: str) -> HttpResponse:
    return show(request, visible_application(request, number))


def show(
    request: StaffRequest, application: Application, status: int = 200, **bound: Any
) -> HttpResponse:
    """The overview; `bound` holds refused forms, so that nothing typed is lost."""
    shown = case_file(request.user, application, bound)
    return render(request, "web/cases/case.html", shown, status=status)


@require_POST
def take_step(request: StaffRequest, number: str, action: Action) -> HttpResponse:
    application = visible_application(request, number)
    step = STEPS[action]
    form = step_form(action, application, request.POST, request.FILES)
    if form.is_valid():
        try:
            step.run(application, actor=request.user, at=now(), **form.cleaned_data)
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, str(step.done))
            return redirect("application", number)
    application = visible_application(request, number)
    form.renew(application.version)
    if not may(request.user, action, application):
        messages.error(request, " ".join(str(line) for line in form.non_field_errors()))
    return show(request, application, 422, **{action: form})
