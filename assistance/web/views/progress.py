"""Where an application stands, for whoever holds the receipt: no log-in, no name, stage and date only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assistance.cases.queries import public_progress, written_case_number
from assistance.web.forms.progress import ProgressForm
from assistance.web.requests import client_address
from assistance.web.views.public import is_too_often, unlisted

# A village shares one address, a family one receipt; ten thousand ends of a number take 1,250 hours.
MOST_OF_ADDRESS, ADDRESS_WINDOW = 40, timedelta(minutes=15)
MOST_OF_NUMBER, NUMBER_WINDOW = 8, timedelta(hours=1)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """By POST, so that neither number stands in an address. Who tries too often is told to wait.

    A wrong number and wrong digits get the same answer, and are limited alike.
    """
    form = ProgressForm(request.POST if request.method == "POST" else None)
    shown: dict[str, Any] = {"form": form, "own_address": request.path}
    if not form.is_valid():
        return _page(request, shown, 422 if form.errors else 200)
    number = written_case_number(form.cleaned_data["number"])
    if _too_often(request, number):
        form.add_error(None, _("Too many tries. Try again in an hour, or call your township."))
        return _page(request, shown, 429)
    found = public_progress(number, form.cleaned_data["tail"])
    if found is None:
        form.add_error(
            None, _("Nothing is found under this number and these digits. Compare both once more.")
        )
    return _page(request, shown | {"found": found, "number": number}, 422 if form.errors else 200)


def _too_often(request: HttpRequest, number: str) -> bool:
    """Both are counted on every try: the one limit says nothing about the other."""
    address = client_address(request)
    by_address = is_too_often(
        "progress.address",
        address,
        most=MOST_OF_ADDRESS,
        within=ADDRESS_WINDOW,
        subject=_("Progress of cases, asked from %(address)s") % {"address": address},
    )
    by_number = is_too_often(
        "progress.number",
        number,
        most=MOST_OF_NUMBER,
        within=NUMBER_WINDOW,
        subject=_("Progress of one case"),
    )
    return by_address or by_number


def _page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
    return unlisted(render(request, "public/progress.html", shown, status=status))
