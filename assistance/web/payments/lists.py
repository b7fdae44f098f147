"""The filters of the lists of awards, batches, fund accounts and ledger entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.payments.models import LedgerAccount, LedgerTransaction
from assistance.payments.states import AwardState, BatchState
from assistance.shared.masking import mask_account, mask_id, mask_numbers_in
from assistance.shared.money import ZERO
from assistance.web.choices import townships_in_scope
from assistance.web.forms.base import date_field
from assistance.web.forms.lists import ANY, years
from assistance.web.lists import Column, ListForm, amount, day, link, text
from assistance.web.lists.columns import Getter, Heading
from assistance.web.templatetags.yizhu import state_badge

# How operations tell references apart; the kind of the entry says the same in words.
MARKS = re.compile(
    r"^(budget|top_up|carry_over):[0-9]+:|^return:|^came-back:[0-9]+:"
    r"|(?<=[0-9a-f]{8})[0-9a-f]{32}(?=:)|(:(reserve|release|send|pay|bounce|out|back|moved-(in|out):[0-9]{4}))+$"
)


def fund_years() -> list[tuple[str, str]]:
    """The years of payment a list can be narrowed to: next year too."""
    coming = str(localdate().year + 1)
    everything, *past = years()
    return [everything, (coming, coming), *past]


def short(heading: Heading, value: Getter) -> Column:
    """Text that stays on one line."""
    return Column(heading, value, lambda row: str(value(row)), "yz-nowrap")


def _account(award: Any) -> str:
    return mask_account(award.account.number) if award.account else "—"


def paper(entry: Any) -> str:
    """What an entry rests on, without the marks that keep references apart: case, batch, paper or file."""
    return MARKS.sub("", entry.reference)


class AwardList(ListForm):
    subject = "awards"
    empty = _("No award matches.")
    orderings = {
        "newest": (_("Newest first"), ("-id",)),
        "waiting": (_("Longest in its state first"), ("state_since", "id")),
        "name": (_("By name"), ("person__pinyin_key", "id")),
        "amount": (_("Largest first"), ("-amount", "id")),
    }
    columns: ClassVar[Sequence[Column]] = (
        link(_("Award number"), lambda a: a.number, lambda a: reverse("award", args=[a.number])),
        short(_("Name"), lambda a: a.person.name),
        text(_("Id number"), lambda a: mask_id(a.person.id_number)),
        short(_("Township"), lambda a: a.person.township.name),
        text(_("Year of the cost"), lambda a: a.benefit_year),
        short(_("Account"), _account),
        amount(_("Amount (yuan)"), lambda a: a.amount),
        text(_("State"), lambda a: a.get_state_display(), state_badge),
        day(_("Since"), lambda a: localtime(a.state_since).date()),
        text(_("Reason"), lambda a: mask_numbers_in(a.state_reason)),
    )

    q = forms.CharField(label=_("Number, name or pinyin"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *AwardState.choices])
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )
    year = forms.ChoiceField(label=_("Fund year"), required=False, choices=fund_years)
    reason = forms.CharField(
        label=_("Reason held or failed contains"), required=False, max_length=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)
        self.found: QuerySet[Any] | None = None

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "state": wanted["state"],
            "person__township": wanted["township"],
            "fund_year__year": wanted["year"],
            "state_reason__icontains": wanted["reason"],
        }
        rows = rows.filter(**{field: value for field, value in exact.items() if value})
        if wanted["q"]:
            rows = rows.filter(_named(wanted["q"]))
        self.found = rows
        return rows

    @property
    def totals(self) -> list[tuple[AwardState, int, Decimal]]:
        """Count and yuan of what the filter leaves, by state; states without awards are left out."""
        if self.found is None:
            return []
        sums = self.found.order_by().values_list("state").annotate(Count("id"), Sum("amount"))
        found = {state: (count, total) for state, count, total in sums}
        return [(state, *found[state]) for state in AwardState if state in found]

    @property
    def total(self) -> Decimal:
        return sum((total for _state, _count, total in self.totals), ZERO)


def _named(words: str) -> Q:
    words = words.strip()
    return (
        Q(number__icontains=words)
        | Q(person__name__icontains=words)
        | Q(person__pinyin_key__contains=words.lower().replace(" ", ""))
    )


class BatchList(ListForm):
    subject = "batches"
    empty = _("No batch matches.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(_("Batch"), lambda b: b.number, lambda b: reverse("batch", args=[b.number])),
        text(_("Programme"), lambda b: b.get_programme_display()),
        text(_("State"), lambda b: b.get_state_display(), state_badge),
        short(_("Drawn up by"), lambda b: b.drawn_up_by),
        day(_("Drawn up on"), lambda b: localtime(b.drawn_up_at).date()),
        short(_("Confirmed by"), lambda b: b.confirmed_by or ""),
        day(_("Handed out on"), lambda b: localtime(b.sent_at).date() if b.sent_at else None),
        text(_("Number of payments"), lambda b: b.line_count),
        amount(_("Sum (yuan)"), lambda b: b.total),
        amount(_("Paid (yuan)"), lambda b: b.paid_total),
        amount(_("Failed (yuan)"), lambda b: b.failed_total),
        amount(_("Came back (yuan)"), lambda b: b.bounced_total),
    )

    q = forms.CharField(label=_("Number"), required=False, max_length=40)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *BatchState.choices])
    since = date_field(label=_("Drawn up from"), required=False)
    until = date_field(label=_("Drawn up until"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "number__icontains": wanted["q"],
            "state": wanted["state"],
            "drawn_up_at__date__gte": wanted["since"],
            "drawn_up_at__date__lte": wanted["until"],
        }
        return rows.filter(**{field: value for field, value in exact.items() if value})


class FundList(ListForm):
    subject = "fund accounts"
    empty = _("No fund account is open.")
    orderings = {"newest": (_("Newest year first"), ("-year", "id"))}
    columns = (
        link(_("Year of payment"), lambda f: f.year, lambda f: reverse("fund_year", args=[f.pk])),
        text(_("Agency"), lambda f: f.agency.name),
        text(
            _("Programme"),
            lambda f: " · ".join(
                filter(None, [f.get_programme_display(), f.source and f.source.name])
            ),
        ),
        amount(_("Given"), lambda f: -f.sum_appropriated),
        amount(LedgerAccount.AVAILABLE.label, lambda f: f.sum_available),
        amount(LedgerAccount.RESERVED.label, lambda f: f.sum_reserved),
        amount(LedgerAccount.IN_TRANSIT.label, lambda f: f.sum_in_transit),
        amount(LedgerAccount.PAID_OUT.label, lambda f: f.sum_paid_out),
    )

    year = forms.ChoiceField(label=_("Year of payment"), required=False, choices=fund_years)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data["year"]
        return rows.filter(year=wanted) if wanted else rows


def _moved(account: LedgerAccount) -> Callable[[Any], Decimal | None]:
    """What an entry moved on one account; the lines are prefetched."""

    def moved(entry: Any) -> Decimal | None:
        amounts = [line.amount for line in entry.lines.all() if line.account == account]
        return amounts[0] if amounts else None

    return moved


class StatementList(ListForm):
    subject = "fund statement"
    empty = _("Nothing has been booked.")
    orderings = {
        "newest": (_("Newest first"), ("-id",)),
        "oldest": (_("Oldest first"), ("id",)),
    }
    columns: ClassVar[Sequence[Column]] = (
        short(_("Booked"), lambda e: f"{localtime(e.at):%Y-%m-%d %H:%M}"),
        short(_("Kind"), lambda e: e.get_kind_display()),
        text(_("Reference"), lambda e: e.reference, paper),
        text(_("Note"), lambda e: e.note),
        short(_("By"), lambda e: e.by or _("the system")),
        *(
            amount(account.label, _moved(account))
            for account in LedgerAccount
            if account != LedgerAccount.APPROPRIATED
        ),
    )

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[ANY, *LedgerTransaction.Kind.choices]
    )
    since = date_field(label=_("Booked from"), required=False)
    until = date_field(label=_("Booked until"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        exact = {
            "kind": wanted["kind"],
            "at__date__gte": wanted["since"],
            "at__date__lte": wanted["until"],
        }
        return rows.filter(**{field: value for field, value in exact.items() if value})
