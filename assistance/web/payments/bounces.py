"""退汇: payments that came back after the bank had paid them, recorded one by one or read from its file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from assistance.accounts.models import Agency
from assistance.payments.models import BatchLine
from assistance.payments.operations import read_bounces
from assistance.payments.permissions import may_read_bounces
from assistance.payments.queries import bounces_visible_to
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_account, mask_numbers_in
from assistance.shared.money import yuan
from assistance.web.acts import perform, refuse
from assistance.web.forms.base import date_field
from assistance.web.lists import ListForm, amount, day, link, list_page, text
from assistance.web.payments.acts import BOUNCE_LINE
from assistance.web.payments.forms import BankFileForm
from assistance.web.payments.lists import short
from assistance.web.payments.objects import visible_batch
from assistance.web.requests import StaffRequest
from assistance.web.templatetags.yizhu import state_badge


class BounceList(ListForm):
    subject = "payments that came back"
    empty = gettext_lazy("No payment has come back.")
    orderings = {"newest": (gettext_lazy("Newest first"), ("-id",))}
    columns = (
        day(gettext_lazy("Came back on"), lambda b: b.came_back_on),
        link(
            gettext_lazy("Award number"),
            lambda b: b.line.award.number,
            lambda b: reverse("award", args=[b.line.award.number]),
        ),
        link(
            gettext_lazy("Batch"),
            lambda b: b.line.batch.number,
            lambda b: reverse("batch", args=[b.line.batch.number]),
        ),
        short(gettext_lazy("Account holder"), lambda b: b.line.holder_name),
        short(gettext_lazy("Account"), lambda b: mask_account(b.line.account_number)),
        amount(gettext_lazy("Amount (yuan)"), lambda b: b.line.amount),
        text(gettext_lazy("Bank's reason"), lambda b: mask_numbers_in(b.reason)),
        text(gettext_lazy("Bank's reference"), lambda b: b.reference),
        text(
            gettext_lazy("Award now"),
            lambda b: b.line.award.get_state_display(),
            lambda b: state_badge(b.line.award),
        ),
        day(gettext_lazy("Recorded on"), lambda b: localtime(b.recorded_at).date()),
        short(gettext_lazy("Recorded by"), lambda b: b.recorded_by),
    )

    q = forms.CharField(
        label=gettext_lazy("Award, batch, holder or reference"), required=False, max_length=60
    )
    since = date_field(label=gettext_lazy("Came back from"), required=False)
    until = date_field(label=gettext_lazy("Came back until"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {"came_back_on__gte": wanted["since"], "came_back_on__lte": wanted["until"]}
        rows = rows.filter(**{field: value for field, value in exact.items() if value})
        words = wanted["q"].strip()
        if not words:
            return rows
        return rows.filter(
            Q(reference__icontains=words)
            | Q(line__holder_name__icontains=words)
            | Q(line__award__number__icontains=words)
            | Q(line__batch__number__icontains=words)
        )


@never_cache
def bounces(request: StaffRequest) -> HttpResponse:
    rows = bounces_visible_to(request.user)
    offered = _own_agency(request) is not None
    return list_page(request, BounceList, rows, "web/payments/bounces.html", may_read=offered)


def _own_agency(request: StaffRequest) -> Agency | None:
    """The agency whose bank files this person reads, if any."""
    agency = request.user.agency
    return agency if agency is not None and may_read_bounces(request.user, agency) else None


@never_cache
def read(request: StaffRequest) -> HttpResponse:
    agency = _own_agency(request)
    if agency is None:
        raise PermissionDenied
    posted = request.method == "POST"
    form = BankFileForm(*((request.POST, request.FILES) if posted else ()))
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = read_bounces(
                agency,
                content=file.read(),
                filename=file.name or "",
                actor=request.user,
                at=now(),
            )
        except Refused as error:
            refuse(form, error)
        else:
            said = ngettext(
                "%(count)d payment that came back is recorded.",
                "%(count)d payments that came back are recorded.",
                done.rows,
            )
            messages.success(request, said % {"count": done.rows})
            return redirect("bounces")
    shown = {"form": form}
    return render(
        request, "web/payments/read_bounces.html", shown, status=422 if form.errors else 200
    )


@never_cache
def bounce_line(request: StaffRequest, number: str, line_id: int) -> HttpResponse:
    batch = visible_batch(request, number)
    rows = BatchLine.objects.filter(batch=batch).select_related("award__person", "batch")
    line = get_object_or_404(rows, pk=line_id)
    about = [
        (_("Line"), str(line.position)),
        (_("Account holder"), line.holder_name),
        (_("Account"), f"{line.bank} {mask_account(line.account_number)}"),
        (_("For"), line.award.person.name),
        (_("Amount (yuan)"), yuan(line.amount)),
    ]
    shown: dict[str, Any] = {"pretitle": batch.number, "about": about}
    back = reverse("batch", args=[number])
    return perform(request, BOUNCE_LINE, line, back=lambda: back, **shown)
