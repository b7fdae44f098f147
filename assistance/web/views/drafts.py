"""Keeping what is typed, and forgetting it. Whoever may not send the form keeps nothing of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.models import Application
from assistance.cases.permissions import may_mend_account
from assistance.registry.permissions import may_register
from assistance.registry.queries import people_visible_to
from assistance.web.casefile import editable_kind
from assistance.web.drafts import FORMS, NEW_ACCOUNT, REGISTER
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_application


def _page(request: StaffRequest, form: str, subject: str) -> str:
    """The address of the form; 404 and 403 as the form itself would answer."""
    if form not in FORMS:
        raise Http404
    if form != REGISTER:
        application = visible_application(request, subject)
        allowed, page = _may_type(request.user, form, application), "facts"
    else:
        person_id = int(subject) if subject.isdecimal() else 0
        get_object_or_404(people_visible_to(request.user), pk=person_id)
        allowed, page = may_register(request.user), "register"
    if not allowed:
        raise PermissionDenied
    return page


def _may_type(user: User, form: str, application: Application) -> bool:
    if form == NEW_ACCOUNT:
        return may_mend_account(user, application)
    return editable_kind(user, application) is not None


@require_POST
def save_draft(request: StaffRequest, form: str, subject: str) -> HttpResponse:
    _page(request, form, subject)
    at = now()
    typed = {name: request.POST[name] for name in FORMS[form].base_fields if name in request.POST}
    operations.save_draft(request.user, form, subject, values=typed, at=at)
    kept = _("Kept at %(time)s, not sent yet.") % {"time": date_format(localtime(at), "H:i")}
    return HttpResponse(kept, content_type="text/plain; charset=utf-8")


@require_POST
def discard_draft(request: StaffRequest, form: str, subject: str) -> HttpResponse:
    page = _page(request, form, subject)
    operations.discard_draft(request.user, form, subject)
    return redirect(page, subject)
