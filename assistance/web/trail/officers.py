"""The auditor's lists about the doors: who came in, who tried, and what the two other officers did."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Alarm, Login, UserChange, WrongTry
from assistance.shared.masking import mask_numbers_in
from assistance.web.lists import ListForm, exported, text
from assistance.web.trail.days import ANY, NEWEST, Days, in_days, second

FLAGS = {ADDITION: _("Entered"), CHANGE: _("Changed"), DELETION: _("Removed")}


def _typed(row: Login | WrongTry) -> str:
    """What was typed may be a number of somebody, in the wrong place."""
    return mask_numbers_in(str(row.username or ""))


class _AtTheDoor(Days, ListForm):
    address = forms.GenericIPAddressField(label=_("Address"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        rows = rows.filter(in_days(wanted, "attempt_time"))
        if who := wanted["who"].strip():
            rows = rows.filter(username__icontains=who)
        if wanted["address"]:
            rows = rows.filter(ip_address=wanted["address"])
        return rows


class LogInList(_AtTheDoor):
    subject = "log-ins"
    empty = _("Nobody has logged in.")
    orderings = NEWEST
    columns = (
        text(_("At"), lambda a: second(a.attempt_time), css="yz-nowrap"),
        text(_("User name"), _typed),
        text(_("Logged out at"), lambda a: second(a.logout_time), css="yz-nowrap"),
        text(_("Address"), lambda a: a.ip_address or "—"),
        exported(text(_("Browser"), lambda a: a.user_agent)),
    )


class WrongTryList(_AtTheDoor):
    subject = "wrong tries"
    empty = _("Nobody has tried in vain.")
    orderings = NEWEST
    columns = (
        text(_("At"), lambda a: second(a.attempt_time), css="yz-nowrap"),
        text(_("User name"), _typed),
        text(_("Locked"), lambda a: _("yes") if a.locked_out else _("no")),
        text(_("Address"), lambda a: a.ip_address or "—"),
        exported(text(_("Browser"), lambda a: a.user_agent)),
    )


class AlarmList(Days, ListForm):
    subject = "alarms"
    empty = _("Nothing has rung.")
    orderings = NEWEST
    columns = (
        text(_("At"), lambda a: second(a.at), css="yz-nowrap"),
        text(_("What"), lambda a: a.get_kind_display()),
        text(_("User"), lambda a: f"{a.user.full_name} ({a.user.username})" if a.user else "—"),
        text(_("Subject"), lambda a: a.subject or "—"),
        exported(text(_("Request"), lambda a: a.request_id)),
    )

    kind = forms.ChoiceField(label=_("What"), required=False, choices=[ANY, *Alarm.Kind.choices])

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        rows = rows.filter(in_days(wanted))
        if wanted["kind"]:
            rows = rows.filter(kind=wanted["kind"])
        if who := wanted["who"].strip():
            rows = rows.filter(Q(user__full_name__icontains=who) | Q(user__username=who))
        return rows.select_related("user")


class AccountList(Days, ListForm):
    subject = "changes of accounts"
    empty = _("No account was changed.")
    orderings = NEWEST
    columns = (
        text(_("At"), lambda c: second(c.at), css="yz-nowrap"),
        text(_("Whose account"), lambda c: f"{c.user.full_name} ({c.user.username})"),
        text(_("What"), lambda c: c.get_kind_display(), css="yz-nowrap"),
        text(_("What changed"), lambda c: c.note or "—"),
        text(_("Done by"), lambda c: c.by or _("the system")),
    )

    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[ANY, *UserChange.Kind.choices]
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """`who` is the owner of the account or whoever changed it."""
        wanted = self.cleaned_data
        rows = rows.filter(in_days(wanted))
        if wanted["kind"]:
            rows = rows.filter(kind=wanted["kind"])
        if who := wanted["who"].strip():
            owner = Q(user__full_name__icontains=who) | Q(user__username=who)
            rows = rows.filter(owner | Q(by__full_name__icontains=who) | Q(by__username=who))
        return rows.select_related("user", "by")


def _page(entry: LogEntry) -> str:
    model = entry.content_type.model_class() if entry.content_type else None
    return str(model._meta.verbose_name if model else entry.content_type or "—")


class ConsoleList(Days, ListForm):
    subject = "console actions"
    empty = _("Nothing was done in the console.")
    orderings = NEWEST
    columns = (
        text(_("At"), lambda e: second(e.action_time), css="yz-nowrap"),
        text(_("User"), lambda e: f"{e.user.full_name} ({e.user.username})"),
        text(_("Page"), _page),
        text(_("What"), lambda e: FLAGS.get(e.action_flag, "—"), css="yz-nowrap"),
        text(_("Object"), lambda e: mask_numbers_in(e.object_repr)),
        text(_("What changed"), lambda e: mask_numbers_in(str(e.get_change_message())) or "—"),
    )

    q = forms.CharField(label=_("Object"), required=False, max_length=60)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        rows = rows.filter(in_days(wanted, "action_time"))
        if who := wanted["who"].strip():
            rows = rows.filter(Q(user__full_name__icontains=who) | Q(user__username=who))
        if words := wanted["q"].strip():
            rows = rows.filter(object_repr__icontains=words)
        return rows.select_related("user", "content_type")
