"""Objecting without logging in, and asking for the result with number and code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from assistance.cases import operations
from assistance.cases.models import Notice, NoticeLine, Objection
from assistance.cases.queries import objection_by_code, objection_code, result_for_objector
from assistance.shared.errors import Refused
from assistance.web.forms.objections import ObjectionStatusForm, PublicObjectionForm
from assistance.web.requests import client_address
from assistance.web.views.public import is_over, is_too_often, unlisted

# A village shares one address; nobody else sends more than a handful in an hour.
MOST_SENT, MOST_ASKED = 10, 20
WINDOW = timedelta(hours=1)
SENT = "objection_sent"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, token: str) -> HttpResponse:
    """The form beside the public notice, while it hangs."""
    rows = Notice.objects.select_related("agency", "township").exclude(posted_on=None)
    notice = get_object_or_404(rows, token=token)
    if notice.state == Notice.State.CLOSED or is_over(notice):
        return unlisted(render(request, "410.html", status=410))
    lines = notice.lines.exclude(outcome=NoticeLine.Outcome.STOPPED).order_by("id")
    form = PublicObjectionForm(request.POST if request.method == "POST" else None, lines=lines)
    status = 200
    if request.method == "POST":
        made, status = _receive(request, form)
        if made is not None:
            request.session[SENT] = made.number
            return redirect("objection_received")
    shown = {"notice": notice, "form": form, "own_address": request.path}
    return unlisted(render(request, "public/objection.html", shown, status=status))


def _receive(request: HttpRequest, form: PublicObjectionForm) -> tuple[Objection | None, int]:
    """The objection, or why there is none, on the form and as a status."""
    if not form.is_valid():
        return None, 422
    given: dict[str, Any] = dict(form.cleaned_data)
    if given.pop("homepage"):
        form.add_error(None, _("The form could not be taken. Please telephone instead."))
        return None, 422
    address = client_address(request)
    from_there = _("Objections sent from %(address)s") % {"address": address}
    if is_too_often("objection.send", address, most=MOST_SENT, within=WINDOW, subject=from_there):
        form.add_error(
            None, _("Too many objections from here within an hour. Try later, or telephone.")
        )
        return None, 429
    try:
        return operations.receive_objection(given.pop("line"), **given, at=now()), 200
    except Refused as error:
        form.add_error(None, str(error))
        return None, 422


@login_not_required
@never_cache
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """Number and code, for whoever has just sent the objection from this browser."""
    number = request.session.get(SENT, "")
    objection = Objection.objects.filter(number=number).first()
    if objection is None:
        return _status_page(request, {"form": ObjectionStatusForm()}, 200)
    shown = {"objection": objection, "code": objection_code(objection), "own_address": request.path}
    return unlisted(render(request, "public/objection_received.html", shown))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """By POST, so that neither stands in an address; a wrong number and a wrong code look alike."""
    form = ObjectionStatusForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _status_page(request, {"form": form}, 422 if form.errors else 200)
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    address = client_address(request)
    limit: dict[str, Any] = {"most": MOST_ASKED, "within": WINDOW}
    from_there = _("Results of objections, asked from %(address)s") % {"address": address}
    by_address = is_too_often("objection.ask", address, **limit, subject=from_there)
    subject = _("Result of one objection")
    by_number = is_too_often("objection.number", number.upper(), **limit, subject=subject)
    if by_address or by_number:
        form.add_error(None, _("Too many tries. Try again in an hour, or telephone."))
        return _status_page(request, {"form": form}, 429)
    found = objection_by_code(number, code)
    if found is None:
        form.add_error(
            None, _("Nothing is found under this number and this code. Compare both once more.")
        )
        return _status_page(request, {"form": form}, 422)
    return _status_page(request, {"form": form, "result": result_for_objector(found)}, 200)


def _status_page(request: HttpRequest, shown: dict[str, Any], code: int) -> HttpResponse:
    shown |= {"own_address": request.path}
    return unlisted(render(request, "public/objection_status.html", shown, status=code))
