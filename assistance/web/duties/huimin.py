"""惠民保应保尽保: recipients for whom the treasury has not bought it yet, and what it has bought."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from assistance.accounts.models import Agency, User
from assistance.registry.models import Duty, Person
from assistance.registry.permissions import may_work_on_lists
from assistance.registry.queries import people_visible_to
from assistance.registry.queries.duties import digest_of
from assistance.screening.models import HuiminPolicy
from assistance.screening.operations.huimin import insure_huimin, insure_huimin_due, void_huimin
from assistance.screening.queries.huimin import without_huimin
from assistance.web.acts import Act, perform, plain
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


class HuiminAllForm(HuiminForm):
    """Carries what tells the list on screen from another one."""

    seen = forms.CharField(widget=forms.HiddenInput)


def _due(agency: Agency) -> list[int]:
    people = Person.objects.filter(agency=agency)
    return list(without_huimin(people, localdate()).values_list("pk", flat=True))


INSURING: Act[Person] = Act(
    url_name="insure_huimin",
    path="",
    title=gettext_lazy("Record the huimin insurance"),
    done=gettext_lazy("The insurance is recorded."),
    form=plain(HuiminForm),
    may=lambda user, person: may_work_on_lists(user, person.agency_id),
    run=insure_huimin,
)
INSURING_ALL: Act[Agency] = Act(
    url_name="insure_huimin_due",
    path="",
    title=gettext_lazy("Record the huimin insurance of all"),
    done=gettext_lazy("The insurance of the whole list is recorded."),
    form=plain(HuiminAllForm, lambda agency: {"seen": digest_of(_due(agency))}),
    may=lambda user, agency: may_work_on_lists(user, agency.pk),
    run=insure_huimin_due,
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
    user: User = request.user
    if user.agency is None:
        raise PermissionDenied
    page: dict[str, Any] = {
        "pretitle": _("Duties to recipients"),
        "about": [(_("People on the list of today"), str(len(_due(user.agency))))],
    }
    return perform(request, INSURING_ALL, user.agency, back=_back, **page)


@never_cache
def void(request: StaffRequest, row_id: int) -> HttpResponse:
    people = people_visible_to(request.user)
    rows = HuiminPolicy.objects.select_related("person").filter(person__in=people)
    row = get_object_or_404(rows, pk=row_id)
    about = [(_("Name"), row.person.name), (_("Number of the policy"), str(row))]
    page: dict[str, Any] = {"pretitle": _("Duties to recipients"), "about": about}
    return perform(request, VOIDING, row, back=lambda: reverse("premium_ledger"), **page)
