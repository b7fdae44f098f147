"""The three monthly to-do lists of recipients: insured, premium paid, aid received."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import DateField, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.registry.models import (
    Duty,
    DutyNote,
    Enrolment,
    Person,
    RecipientCategory,
    RecipientSpan,
)
from assistance.registry.queries import in_force
from assistance.registry.queries.duties import (
    resident_insurance,
    uninsured,
    unsubsidised,
    years_of_premiums,
)
from assistance.screening.queries.huimin import without_huimin
from assistance.settlements.queries import unassisted
from assistance.shared.masking import mask_id
from assistance.web.choices import townships_in_scope
from assistance.web.duties.forms import premium_year_field
from assistance.web.duties.joined import of_all, with_joined
from assistance.web.forms.base import date_field
from assistance.web.lists import Column, ListForm, day, link, text

OPEN, MINE, DONE, EVERYTHING = "", "mine", "done", "all"
WHO: dict[str, Callable[[QuerySet[Person], date], QuerySet[Person]]] = {
    Duty.INSURE: uninsured,
    Duty.ASSIST: unassisted,
}
URL_OF: dict[str, str] = {
    Duty.INSURE: "duties",
    Duty.SUBSIDISE: "unpaid_premiums",
    Duty.ASSIST: "unassisted",
    Duty.HUIMIN: "without_huimin",
}
# 应保尽保 and its sisters, as the trade calls them; beside them what they mean.
SLOGANS: dict[str, str | Promise] = {
    Duty.INSURE: _("Everybody insured"),
    Duty.SUBSIDISE: _("Every premium paid"),
    Duty.ASSIST: _("Everybody assisted"),
    Duty.HUIMIN: _("Huimin insurance for everybody"),
}


def _note(person: Any) -> DutyNote | None:
    return person.notes_of_month[0] if person.notes_of_month else None


def _worker(person: Any) -> str:
    note = _note(person)
    return str(note.assigned_to) if note is not None and note.assigned_to else ""


def _reason(person: Any) -> str:
    note = _note(person)
    if note is None or not note.outcome:
        return ""
    return " · ".join(filter(None, [note.get_outcome_display(), note.note]))


def _categories(person: Any) -> str:
    return "、".join(span.category.name for span in of_all(person, "recognised"))


def _since(person: Any) -> date | None:
    return min((span.first_day for span in of_all(person, "recognised")), default=None)


def _insurance(person: Any) -> str:
    return "、".join(str(enrolment) for enrolment in of_all(person, "insured"))


def _columns(duty: Duty) -> tuple[Column, ...]:
    return (
        link(_("Name"), lambda p: p.name, lambda p: reverse("person", args=[p.pk])),
        text(_("Id number"), lambda p: mask_id(p.id_number), css="yz-nowrap"),
        text(_("Township"), lambda p: p.township.name, css="yz-nowrap"),
        text(_("Recognised as"), _categories),
        day(_("Recognised since"), _since),
        text(_("Enrolment"), _insurance),
        text(_("Looked after by"), _worker),
        text(_("Reason"), _reason),
        link(
            _("Work on it"),
            lambda p: _("Assign or finish"),
            lambda p: reverse("duty_note", args=[duty, p.pk, f"{p.month:%Y-%m}"]),
        ),
    )


class DutyList(ListForm):
    """The day says as of when, and whose month."""

    duty: ClassVar[Duty]
    empty = _("Nobody is on this list.")
    orderings = {"name": (_("By name"), ("pinyin_key", "id"))}

    on = date_field(label=_("As of"), required=False)
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )
    category = forms.ModelChoiceField(
        label=_("Recognised as"),
        required=False,
        queryset=RecipientCategory.objects.order_by("order", "id"),
        empty_label=_("All"),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (OPEN, _("To do")),
            (MINE, _("Mine to do")),
            (DONE, _("Done with a reason")),
            (EVERYTHING, _("All")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    @property
    def day(self) -> date:
        return self.cleaned_data.get("on") or localdate()

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted, on = self.cleaned_data, self.day
        rows = self.due(rows)
        if wanted["township"]:
            rows = rows.filter(township=wanted["township"])
        if wanted["category"]:
            held = in_force(RecipientSpan.objects.filter(category=wanted["category"]), on)
            own = Q(person=OuterRef("pk")) | Q(person__merged_into=OuterRef("pk"))
            rows = rows.filter(Exists(held.filter(own)))
        notes = DutyNote.objects.filter(duty=self.duty, month=on.replace(day=1))
        return _shown(self._in_state(rows, notes), notes, on, self.insurance)

    def due(self, rows: QuerySet[Person]) -> QuerySet[Person]:
        return WHO[self.duty](rows, self.day)

    @property
    def insurance(self) -> QuerySet[Enrolment]:
        """What stands in the column of insurance."""
        return in_force(Enrolment.objects.all(), self.day)

    def _in_state(self, rows: QuerySet[Person], notes: QuerySet[DutyNote]) -> QuerySet[Person]:
        state = self.cleaned_data["state"]
        own = notes.filter(person=OuterRef("pk"))
        if state == EVERYTHING:
            return rows
        if state == DONE:
            return rows.filter(Exists(own.exclude(outcome="")))
        rows = rows.filter(~Exists(own.exclude(outcome="")))
        return rows.filter(Exists(own.filter(assigned_to=self.user))) if state == MINE else rows


def _shown(
    rows: QuerySet[Person],
    notes: QuerySet[DutyNote],
    on: date,
    insurance: QuerySet[Enrolment],
) -> QuerySet[Person]:
    spans = RecipientSpan.objects.select_related("category").order_by("category__order", "id")
    enrolments = insurance.select_related("county").order_by("id")
    month = Value(on.replace(day=1), output_field=DateField())
    noted = Prefetch("duty_notes", notes.select_related("assigned_to"), "notes_of_month")
    return with_joined(
        rows.annotate(month=month).prefetch_related(noted),
        Prefetch("recipient_spans", in_force(spans, on), "recognised"),
        Prefetch("enrolments", enrolments, "insured"),
    )


class InsureList(DutyList):
    subject = "recipients not insured"
    duty = Duty.INSURE
    columns = _columns(duty)


class OfYearList(DutyList):
    """Of the year of the day, or in October to December of the coming one."""

    year = premium_year_field()

    def clean(self) -> dict[str, Any]:
        wanted: dict[str, Any] = super().clean() or self.cleaned_data
        if wanted.get("year") and self.premium_year not in years_of_premiums(self.day):
            self.add_error("year", _("Premiums of the coming year are collected from October on."))
        return wanted

    @property
    def premium_year(self) -> int:
        return self.day.year + bool(self.cleaned_data.get("year"))


class SubsidiseList(OfYearList):
    subject = "premiums not subsidised"
    duty = Duty.SUBSIDISE
    columns = _columns(duty)

    @property
    def insurance(self) -> QuerySet[Enrolment]:
        return resident_insurance(self.day, self.premium_year)

    def due(self, rows: QuerySet[Person]) -> QuerySet[Person]:
        return unsubsidised(rows, self.day, self.premium_year)


class AssistList(DutyList):
    subject = "recipients not assisted"
    duty = Duty.ASSIST
    columns = _columns(duty)


class HuiminList(OfYearList):
    subject = "recipients without huimin insurance"
    duty = Duty.HUIMIN
    columns = _columns(duty)

    def due(self, rows: QuerySet[Person]) -> QuerySet[Person]:
        return without_huimin(rows, self.day, self.premium_year)


class HuiminWorkList(HuiminList):
    """For those who record it."""

    columns = (
        *_columns(Duty.HUIMIN),
        link(
            _("Bought"),
            lambda p: _("Record the huimin insurance"),
            lambda p: reverse("insure_huimin", args=[p.pk]),
        ),
    )


LISTS: dict[str, type[DutyList]] = {
    form.duty: form for form in (InsureList, SubsidiseList, AssistList, HuiminList)
}
