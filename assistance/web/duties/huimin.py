"""惠民保应保尽保: recipients for whom the treasury has not bought it yet, and what it has bought."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from assistance.accounts.models import Agency
from assistance.registry.models import Duty, Person
from assistance.registry.permissions import may_work_on_lists
from assistance.registry.queries import people_visible_to
from assistance.registry.queries.duties import digest_of
from assistance.screening.models import HuiminPolicy
from assistance.screening.operations.huimin import insure_huimin, insure_huimin_due, void_huimin
from assistance.screening.queries.huimin import without_huimin
from assistance.shared.errors import Refused
from assistance.web.acts import Act, perform, plain, refuse
from assistance.web.duties.forms import COMING_YEAR, DayForm, WholeListForm
from assistance.web.duties.lists import URL_OF
from assistance.web.forms.base import ScreenForm, amount_field, date_field
from assistance.web.people.forms import BecauseForm
from assistance.web.requests import StaffRequest


class HuiminForm(ScreenForm):
    submit_label = gettext_lazy("Record the insurance")
    rows = (("year", "paid_on"), ("policy", "premium"))

    year = forms.IntegerField(
        label=gettext_lazy("Year of insurance"),
        min_value=2000,
        max_value=2100,
        initial=lambda: localdate().year,
    )
    paid_on = date_field(label=gettext_lazy("Premium paid on"), initial=localdate)
    policy = forms.CharField(label=gettext_lazy("Number of the policy"), max_length=60)
    premium = amount_field(label=gettext_lazy("Premium of one person (yuan)"), min_value=0.01)


class HuiminAllForm(WholeListForm):
    submit_label = gettext_lazy("Record the huimin insurance of all")
    rows = (("policy", "premium"),)

    policy = forms.CharField(label=gettext_lazy("Number of the policy"), max_length=60)
    premium = amount_field(label=gettext_lazy("Premium of one person (yuan)"), min_value=0.01)


INSURING: Act[Person] = Act(
    url_name="insure_huimin",
    path="",
    title=gettext_lazy("Record the huimin insurance"),
    done=gettext_lazy("The insurance is recorded."),
    form=plain(HuiminForm),
    may=lambda user, person: may_work_on_lists(user, person.agency_id),
    run=insure_huimin,
)
VOIDING: Act[HuiminPolicy] = Act(
    url_name="void_huimin",
    path="",
    title=gettext_lazy("Void the huimin insurance"),
    done=gettext_lazy("The entry is voided."),
    form=plain(BecauseForm),
    may=lambda user, row: may_work_on_lists(user, row.person.agency_id) and not row.voided_at,
    run=void_huimin,
    danger=True,
)


def _back() -> str:
    return reverse(URL_OF[Duty.HUIMIN])


@never_cache
def insure(request: StaffRequest, person_id: int) -> HttpResponse:
    person = get_object_or_404(people_visible_to(request.user), pk=person_id)
    about = [(_("Name"), person.name), (_("Township"), person.township.name)]
    page: dict[str, Any] = {"pretitle": _("Duties to recipients"), "about": about}
    return perform(request, INSURING, person, back=_back, **page)


@never_cache
def insure_all(request: StaffRequest) -> HttpResponse:
    agency = request.user.agency
    if agency is None or not may_work_on_lists(request.user, agency.pk):
        raise PermissionDenied
    chosen = DayForm(request.GET)
    posted = HuiminAllForm(request.POST) if request.method == "POST" else None
    if posted is not None and posted.is_valid():
        try:
            insure_huimin_due(agency, **posted.cleaned_data, actor=request.user, at=now())
        except Refused as error:
            refuse(posted, error)
        else:
            messages.success(request, _("The insurance of the whole list is recorded."))
            return redirect(_back())
    return _page(request, agency, chosen, posted)


def _page(
    request: StaffRequest, agency: Agency, chosen: DayForm, posted: HuiminAllForm | None
) -> HttpResponse:
    """The list of a day and year; refused, it is asked anew about the list as it is."""
    day, year = chosen.day, chosen.premium_year
    if posted is not None:
        day = min(posted.cleaned_data.get("paid_on") or day, localdate())
        year = posted.cleaned_data.get("year") or year
    people = without_huimin(Person.objects.filter(agency=agency), day, year)
    due = list(people.values_list("pk", flat=True))
    seen = digest_of(due)
    form = posted or HuiminAllForm(initial={"seen": seen, "paid_on": day, "year": year})
    if posted is not None:
        posted.renew(seen, day)
    asked = DayForm({"on": day, "year": COMING_YEAR if year > day.year else ""})
    page = {"form": form, "due": len(due), "day": day, "year": year, "chosen": asked}
    status = 422 if form.errors else 200
    return render(request, "web/duties/insure_huimin.html", page, status=status)


@never_cache
def void(request: StaffRequest, row_id: int) -> HttpResponse:
    people = people_visible_to(request.user)
    rows = HuiminPolicy.objects.select_related("person").filter(person__in=people)
    row = get_object_or_404(rows, pk=row_id)
    about = [(_("Name"), row.person.name), (_("Number of the policy"), str(row))]
    page: dict[str, Any] = {"pretitle": _("Duties to recipients"), "about": about}
    return perform(request, VOIDING, row, back=lambda: reverse("premium_ledger"), **page)
