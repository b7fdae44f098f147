"""Who applies in a case, and a case for another member of the household."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.cases import operations
from assistance.cases.papers import HOUSEHOLD_KINDS
from assistance.cases.permissions import may
from assistance.cases.queries import evidence_of
from assistance.cases.states import Action
from assistance.shared.errors import Refused
from assistance.web.acts import refuse
from assistance.web.casefile import other_members
from assistance.web.forms.applicants import ApplicantForm, MemberCaseForm
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_application


@never_cache
def applicant(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    posted = (request.POST,) if request.method == "POST" else ()
    if not posted and not may(request.user, Action.EDIT, application):
        raise PermissionDenied
    known = {
        "relation": application.applicant_relation,
        "name": application.applicant_name,
        "kinship": application.applicant_kinship,
        "version": application.version,
    }
    form = ApplicantForm(*posted, application=application, initial=known)
    if posted and form.is_valid():
        try:
            operations.name_applicant(
                application, **form.cleaned_data, actor=request.user, at=now()
            )
        except Refused as error:
            refuse(form, error)
        else:
            messages.success(request, _("The applicant is recorded."))
            return redirect("application", number)
    form.renew(visible_application(request, number).version)
    shown = {"application": application, "form": form}
    return render(request, "web/cases/applicant.html", shown, status=422 if form.errors else 200)


@never_cache
def member_case(request: StaffRequest, number: str) -> HttpResponse:
    application = visible_application(request, number)
    members = other_members(request.user, application)
    posted = (request.POST,) if request.method == "POST" else ()
    if not members and not posted:
        raise PermissionDenied
    form = MemberCaseForm(*posted, members=members)
    if posted and form.is_valid():
        try:
            made = operations.file_for_member(
                application, **form.cleaned_data, actor=request.user, at=now()
            )
        except Refused as error:
            refuse(form, error)
        else:
            done = _("A draft for %(name)s is open; the papers of the household came along.")
            messages.success(request, done % {"name": made.person.name})
            return redirect("application", made.number)
    shared = evidence_of(application).filter(kind__in=HOUSEHOLD_KINDS)
    shown = {"application": application, "form": form, "papers": shared}
    return render(request, "web/cases/member.html", shown, status=422 if form.errors else 200)
