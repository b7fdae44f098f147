"""Printing: the object within the person's scope, its paper as a file, a line in the access log."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache

from assistance.cases.models import Application
from assistance.shared.errors import Refused
from assistance.shared.typeset import CannotPrint
from assistance.web.paper.papers import NOTICE_SHEET, ROSTER, Paper
from assistance.web.paper.respond import pdf_response
from assistance.web.paper.volume import case_volume
from assistance.web.payments.objects import visible_batch
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import (
    application_with_papers,
    visible_application,
    visible_notice,
)


@never_cache
def case_paper(request: StaffRequest, number: str, paper: Paper[Application]) -> HttpResponse:
    application = visible_application(request, number)
    if not paper.exists(application):
        raise Http404
    try:
        made = paper.made(application, request.user, localdate())
    except CannotPrint as problem:
        messages.error(request, str(problem))
        return redirect("application", number)
    return pdf_response(
        request,
        made,
        filename=f"{paper.template}-{number}.pdf",
        subject=f"{paper.template} of case {number}",
        person=application.person,
    )


@never_cache
def volume(request: StaffRequest, number: str) -> HttpResponse:
    """The whole case file, with its scans."""
    application = application_with_papers(request, number)
    try:
        made = case_volume(application, request.user, localdate())
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("application", number)
    return pdf_response(
        request,
        made,
        filename=f"file-{number}.pdf",
        subject=f"whole file of case {number}",
        person=application.person,
    )


@never_cache
def notice(request: StaffRequest, number: str) -> HttpResponse:
    notice = visible_notice(request, number)
    try:
        made = NOTICE_SHEET.made(notice, request.user, localdate())
    except CannotPrint as problem:
        messages.error(request, str(problem))
        return redirect("notice", number)
    filename = f"notice-{number}.pdf"
    return pdf_response(request, made, filename=filename, subject=f"notice {number}")


@never_cache
def roster(request: StaffRequest, number: str) -> HttpResponse:
    batch = visible_batch(request, number)
    try:
        made = ROSTER.made(batch, request.user, localdate())
    except CannotPrint as problem:
        messages.error(request, str(problem))
        return redirect("batch", number)
    subject = f"roster of batch {number}"
    return pdf_response(request, made, filename=f"roster-{number}.pdf", subject=subject)
