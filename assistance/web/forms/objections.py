"""Objections: taken down at the desk, sent from the public page, decided, told, listed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.cases.models import NoticeLine, Objection
from assistance.cases.operations import WITHOUT_A_LETTER
from assistance.shared.money import yuan
from assistance.web.choices import townships_in_scope
from assistance.web.forms.base import ScreenForm, date_field, once_field, text_area
from assistance.web.forms.files import PaperField
from assistance.web.lists import ListForm, day, exported, link, text
from assistance.web.templatetags.yizhu import deadline_badge

Channel, Outcome = Objection.Channel, Objection.Outcome
TOLD_WITHOUT_A_LETTER = [
    choice for choice in Objection.Told.choices if choice[0] in WITHOUT_A_LETTER
]
AT_THE_OFFICE = [choice for choice in Channel.choices if choice[0] != Channel.WEB]


class ObjectionForm(ScreenForm):
    submit_label = _("Record the objection")
    rows = (
        ("received_on", "channel", "category"),
        ("content",),
        ("objector", "contact"),
        ("scan",),
    )

    token = once_field()
    received_on = date_field(label=_("Objection received on"), initial=localdate)
    channel = forms.ChoiceField(label=_("How it came"), choices=AT_THE_OFFICE)
    category = forms.ChoiceField(label=_("What it is about"), choices=Objection.Category.choices)
    content = text_area(label=_("What is objected"), max_length=2000)
    objector = forms.CharField(
        label=_("Who objects"),
        max_length=100,
        required=False,
        help_text=_("May be left empty; kept secret."),
    )
    contact = forms.CharField(
        label=_("How to reach the objector"),
        max_length=100,
        required=False,
        help_text=_("For the result; only the county's investigators see it."),
    )
    scan = PaperField(label=_("Paper"), required=False)


class FindingForm(ScreenForm):
    submit_label = _("Decide")
    rows = (("outcome",), ("finding",))

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    finding = text_area(label=_("Finding"), max_length=2000)


class TellForm(ScreenForm):
    submit_label = _("Note that the objector was told")
    rows = (("how", "on"),)

    how = forms.ChoiceField(label=_("Told"), choices=TOLD_WITHOUT_A_LETTER)
    on = date_field(label=_("Told on"), initial=localdate)


class TakeOnForm(ScreenForm):
    submit_label = _("I look into it")


class LineField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """What the public notice shows of the line."""
        return " · ".join(filter(None, (obj.masked_name, obj.village, yuan(obj.amount))))


class PublicObjectionForm(ScreenForm):
    """Filled in by anybody. `homepage` is a field that people do not see and robots fill in."""

    submit_label = _("Send the objection")
    submit_class = "btn-primary w-100"
    rows = (
        ("line",),
        ("category",),
        ("content",),
        _("Who you are (may be left empty)"),
        ("objector", "contact"),
        ("homepage",),
    )

    token = once_field(required=True)
    line = LineField(
        label=_("Against which entry"),
        queryset=NoticeLine.objects.none(),
        empty_label=_("Choose an entry"),
    )
    category = forms.ChoiceField(label=_("What it is about"), choices=Objection.Category.choices)
    content = forms.CharField(
        label=_("What do you know?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What, where and when, as exactly as you can."),
    )
    objector = forms.CharField(label=_("Your name"), max_length=100, required=False)
    contact = forms.CharField(
        label=_("Telephone or address"),
        max_length=100,
        required=False,
        help_text=_("Kept secret: only the people of the county who look into it see it."),
    )
    homepage = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, lines: QuerySet[NoticeLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = self.fields["line"]
        assert isinstance(line, forms.ModelChoiceField)
        line.queryset = lines


class ObjectionStatusForm(ScreenForm):
    submit_label = _("Show the result")
    submit_class = "btn-primary w-100"
    rows = (("number",), ("code",))

    number = forms.CharField(label=_("Number of the objection"), max_length=40)
    code = forms.CharField(label=_("Code"), max_length=12)


def _told(objection: Objection) -> str:
    return f"{objection.get_told_how_display()} {objection.told_on or ''}".strip()


class ObjectionList(ListForm):
    """Who objects stands in no list and in no file."""

    subject = "objections"
    empty = _("No objection matches.")
    orderings = {
        "deadline": (_("Deadline first"), ("deadline_on", "id")),
        "newest": (_("Newest first"), ("-id",)),
    }
    columns = (
        link(_("Number"), lambda o: o.number, lambda o: reverse("objection", args=[o.number])),
        link(
            _("Case number"),
            lambda o: o.line.application.number,
            lambda o: reverse("application", args=[o.line.application.number]),
        ),
        text(_("Township"), lambda o: o.line.application.township.name, css="yz-nowrap"),
        text(_("As shown in public"), lambda o: o.line.masked_name, css="yz-nowrap"),
        day(_("Objection received on"), lambda o: o.received_on),
        exported(text(_("How it came"), lambda o: o.get_channel_display())),
        text(_("What it is about"), lambda o: o.get_category_display()),
        text(_("Effect"), lambda o: o.get_effect_display(), css="yz-nowrap"),
        text(
            _("To be decided by"),
            lambda o: o.deadline_on,
            lambda o: o.deadline_on.isoformat() if o.outcome else deadline_badge(o.deadline_on),
            css="yz-nowrap",
        ),
        text(_("Outcome"), lambda o: o.get_outcome_display() or _("not decided yet")),
        text(_("Investigator"), lambda o: o.investigator or o.decided_by or ""),
        text(_("Objector told"), _told),
    )

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("All")),
            ("open", _("not decided yet")),
            ("overdue", _("open and overdue")),
            ("to_tell", _("decided, objector not told")),
        ],
    )
    channel = forms.ChoiceField(
        label=_("How it came"), required=False, choices=[("", _("All")), *Channel.choices]
    )
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {"channel": wanted["channel"], "line__application__township": wanted["township"]}
        rows = rows.filter(**{field: value for field, value in exact.items() if value})
        if wanted["status"] in ("open", "overdue"):
            rows = rows.filter(outcome="")
        if wanted["status"] == "overdue":
            rows = rows.filter(deadline_on__lt=localdate())
        if wanted["status"] == "to_tell":
            rows = rows.exclude(outcome="").filter(told_how="")
        return rows.select_related("line__application__township", "investigator", "decided_by")
