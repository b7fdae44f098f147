"""To-do lists of recipients, and the premiums of a whole list at once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from assistance.accounts.models import Agency, User
from assistance.registry.models import Duty, DutyNote, Person
from assistance.registry.operations import note_duty, subsidise_due
from assistance.registry.permissions import may_note_duty, may_work_on_lists
from assistance.registry.queries import people_visible_to
from assistance.registry.queries.duties import digest_of, unsubsidised
from assistance.screening.queries.huimin import agencies_of_huimin
from assistance.settlements.queries import bills_visible_to
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_id
from assistance.web.acts import Act, perform, refuse
from assistance.web.duties.bills import AssistanceLedger
from assistance.web.duties.forms import COMING_YEAR, DayForm, NoteForm, SubsidiseAllForm
from assistance.web.duties.ledgers import PremiumLedger
from assistance.web.duties.lists import LISTS, SLOGANS, URL_OF, HuiminWorkList
from assistance.web.lists import list_page
from assistance.web.requests import StaffRequest

Subject = tuple[Person, DutyNote | None]


def _duty(word: str) -> Duty:
    if word not in Duty.values:
        raise Http404
    return Duty(word)


def _asked_of(user: User) -> list[Duty]:
    """The checks of the user's place; of 惠民保 only where a document has the treasury buy it."""
    people = people_visible_to(user).filter(agency__in=agencies_of_huimin(localdate()))
    return [one for one in Duty if one != Duty.HUIMIN or people.exists()]


@never_cache
def duties(request: StaffRequest, duty: Duty) -> HttpResponse:
    user = request.user
    page = {
        "duty": duty,
        "tabs": [(one, SLOGANS[one], reverse(URL_OF[one])) for one in _asked_of(user)],
        "may_insure": duty == Duty.HUIMIN and may_work_on_lists(user, user.agency_id),
        "may_subsidise": duty == Duty.SUBSIDISE and may_work_on_lists(user, user.agency_id),
    }
    rows = people_visible_to(user)
    form = HuiminWorkList if page["may_insure"] else LISTS[duty]
    return list_page(request, form, rows, "web/duties/list.html", **page)


@never_cache
def note(request: StaffRequest, duty: str, person_id: int, month: str) -> HttpResponse:
    person = get_object_or_404(people_visible_to(request.user), pk=person_id)
    found, first = _duty(duty), _month(month)
    rows = DutyNote.objects.filter(person=person, duty=found, month=first)
    about = [
        (_("Name"), person.name),
        (_("Id number"), mask_id(person.id_number)),
        (_("Township"), person.township.name),
        (_("Month"), f"{first:%Y-%m}"),
    ]

    def write(subject: Subject, *, actor: User, at: datetime, **given: Any) -> object:
        return note_duty(subject[0], duty=found, month=first, actor=actor, at=at, **given)

    act: Act[Subject] = Act(
        url_name="duty_note",
        path="",
        title=found.label,
        done=gettext_lazy("Noted."),
        form=NoteForm,
        may=lambda user, subject: may_note_duty(user, subject[0]),
        run=write,
        hint=gettext_lazy(
            "It holds for this month; what is still so is on the list of the next one."
        ),
    )
    return perform(
        request,
        act,
        (person, rows.first()),
        back=lambda: reverse(URL_OF[found]),
        pretitle=person.name,
        about=about,
    )


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None


@never_cache
def subsidise_all(request: StaffRequest) -> HttpResponse:
    agency = request.user.agency
    if agency is None or not may_work_on_lists(request.user, agency.pk):
        raise PermissionDenied
    chosen = DayForm(request.GET)
    posted = SubsidiseAllForm(request.POST) if request.method == "POST" else None
    if posted is not None and posted.is_valid():
        try:
            paid = subsidise_due(agency, **posted.cleaned_data, actor=request.user, at=now())
        except Refused as error:
            refuse(posted, error)
        else:
            done = ngettext(
                "The premium of %(count)d person is recorded.",
                "The premiums of %(count)d people are recorded.",
                paid,
            )
            messages.success(request, done % {"count": paid})
            return redirect(URL_OF[Duty.SUBSIDISE])
    return _premiums_page(request, agency, chosen, posted)


def _premiums_page(
    request: StaffRequest, agency: Agency, chosen: DayForm, posted: SubsidiseAllForm | None
) -> HttpResponse:
    """The list of a day and what is to be said about it; refused, it is asked anew about the list as it is."""
    day, year = chosen.day, chosen.premium_year
    if posted is not None:
        day = min(posted.cleaned_data.get("paid_on") or day, localdate())
        year = posted.cleaned_data.get("year") or year
    people = unsubsidised(Person.objects.filter(agency=agency), day, year)
    due = list(people.values_list("pk", flat=True))
    seen = digest_of(due)
    form = posted or SubsidiseAllForm(initial={"seen": seen, "paid_on": day, "year": year})
    if posted is not None:
        posted.renew(seen, day)
    asked = DayForm({"on": day, "year": COMING_YEAR if year > day.year else ""})
    page = {"form": form, "due": len(due), "day": day, "year": year, "chosen": asked}
    status = 422 if form.errors else 200
    return render(request, "web/duties/subsidise.html", page, status=status)


@never_cache
def premium_ledger(request: StaffRequest) -> HttpResponse:
    rows = people_visible_to(request.user)
    return list_page(request, PremiumLedger, rows, "web/duties/premiums.html")


@never_cache
def assistance_ledger(request: StaffRequest) -> HttpResponse:
    rows = bills_visible_to(request.user)
    return list_page(request, AssistanceLedger, rows, "web/duties/assistance.html")
