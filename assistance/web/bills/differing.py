"""Differences between what was granted and our own figure: the list, and what can be done about one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.settlements.models import BillSource, DifferenceDecision, LateFigure, Settlement
from assistance.settlements.operations import (
    confirm_difference,
    judge_difference,
    return_difference,
)
from assistance.settlements.permissions import may_judge_difference, why_not_confirm_difference
from assistance.settlements.queries import (
    Seen,
    because,
    bills_visible_to,
    differing_bills,
    floor_values,
    sources_visible_to,
    why_no_figures,
    with_late_figures,
)
from assistance.shared.money import yuan
from assistance.web.acts import Act, links, perform, plain
from assistance.web.bills.lists import BILL_COLUMNS, BillList
from assistance.web.forms.base import ScreenForm
from assistance.web.lists import Column, amount, exported, list_page, text
from assistance.web.people.forms import BecauseForm
from assistance.web.requests import StaffRequest
from assistance.web.templatetags.yizhu import badge


def _outcome(value: str, label: str | Promise) -> str:
    """With what a second person has to do with it."""
    if value not in DifferenceDecision.OF_MONEY:
        return str(label)
    return _("%(outcome)s (an approver agrees)") % {"outcome": label}


class JudgeForm(ScreenForm):
    submit_label = gettext_lazy("Judge the difference")
    rows = (("outcome",), ("reason",))

    outcome = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        choices=lambda: [
            (value, _outcome(value, label)) for value, label in DifferenceDecision.Outcome.choices
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "What is still due is paid when the sender settles the bill anew, or by an application where the"
            " county takes applications."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("What was looked at, and what the sender answered."),
    )


class ConfirmForm(ScreenForm):
    submit_label = gettext_lazy("Agree")


def decision_of(bill: Settlement) -> DifferenceDecision | None:
    """What was decided last, also where it does not hold any more."""
    return getattr(bill, "difference_decision", None)


def _may_judge(user: User, bill: Any) -> bool:
    decision = decision_of(bill)
    agreed = bill.seen == Seen.CLOSED and decision is not None and decision.confirmed_at is not None
    return not agreed and may_judge_difference(user, bill)


def _may_confirm(user: User, bill: Any) -> bool:
    decision = decision_of(bill)
    if bill.seen != Seen.WAITING or decision is None:
        return False
    return why_not_confirm_difference(user, decision) is None


JUDGE: Act[Settlement] = Act(
    url_name="judge_difference",
    path="judge/",
    title=gettext_lazy("Judge the difference"),
    done=gettext_lazy("The decision is kept."),
    form=plain(JudgeForm),
    may=_may_judge,
    run=judge_difference,
    hint=gettext_lazy(
        "No money moves by this. Where it says that money follows, an approver agrees before the difference "
        "is closed; should our figure change again, the difference opens anew."
    ),
)
CONFIRM: Act[Settlement] = Act(
    url_name="confirm_difference",
    path="confirm/",
    title=gettext_lazy("Agree"),
    done=gettext_lazy("The difference is closed."),
    form=plain(ConfirmForm),
    may=_may_confirm,
    run=confirm_difference,
)
RETURN: Act[Settlement] = Act(
    url_name="return_difference",
    path="return/",
    title=gettext_lazy("Give back"),
    done=gettext_lazy("The reviewers have it again."),
    form=plain(BecauseForm),
    may=_may_confirm,
    run=return_difference,
    danger=True,
)
DIFFERENCE_ACTS = (JUDGE, CONFIRM, RETURN)


def difference_links(user: User, bill: Settlement) -> list[Any]:
    return links(DIFFERENCE_ACTS, user, bill, bill.pk)


def _seen(bill: Any) -> str:
    return str(Seen(bill.seen).label)


def said_of(bill: Settlement) -> str:
    """The last decision in a line: what, by whom, why; and why it was given back."""
    decision = decision_of(bill)
    if decision is None:
        return ""
    parts = [decision.get_outcome_display(), str(decision.decided_by or ""), decision.reason]
    if decision.returned_because:
        parts.append(_("Given back: %(reason)s") % {"reason": decision.returned_because})
    return " · ".join(part for part in parts if part)


_DAY, _NAME, _ID_NUMBER, _HOSPITAL, *_COSTS, _GRANTED = BILL_COLUMNS
# The page of the bill shows the rest: a list as wide as that would push what is to be decided out of sight.
COLUMNS: tuple[Column, ...] = (
    _DAY,
    _NAME,
    exported(_ID_NUMBER),
    _HOSPITAL,
    *map(exported, _COSTS),
    _GRANTED,
    amount(gettext_lazy("By our own rule"), lambda b: b.figure),
    amount(gettext_lazy("Recorded less our own"), lambda b: b.assistance - b.figure),
    exported(text(gettext_lazy("By the version"), lambda b: _version(b))),
    text(gettext_lazy("Became known later"), lambda b: _cause(b)),
    text(gettext_lazy("State"), _seen, lambda b: badge(b.seen, _seen(b))),
    text(gettext_lazy("What becomes of it"), said_of),
)


def _cause(bill: Any) -> str:
    """What had become known when the figure in force was computed; empty: it came with the bill."""
    later = bill.late_figures.all()
    return because(later[0]) if later else ""


def _version(bill: Any) -> str:
    later = bill.late_figures.all()
    if later:
        return str(later[0].own_version)
    mark = getattr(bill, "psychiatric_mark", None)
    if mark is not None and mark.own_figure is not None:
        return str(mark.own_version)
    return str(bill.own_version)


class DifferenceList(BillList):
    subject = "differences to our own figure"
    empty = gettext_lazy("No difference is left to look at.")

    seen = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("Not closed")),
            *Seen.choices,
            ("all", gettext_lazy("All")),
        ],
    )
    late = forms.ChoiceField(
        label=gettext_lazy("Became known later"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("any", gettext_lazy("Look-back and supplements to do")),
            ("more", gettext_lazy("More is due than was granted")),
            ("less", gettext_lazy("Less is due than was granted")),
        ],
    )

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With what this person may do about a difference."""

        def acts(bill: Any) -> SafeString:
            pairs = ((link.url, link.title) for link in difference_links(self.user, bill))
            return format_html_join(" ", '<a class="btn btn-sm" href="{}">{}</a>', pairs)

        return (*COLUMNS, Column(gettext_lazy("Do"), acts, lambda bill: "", "yz-nowrap"))

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = _known_later(super().filter(rows), self.cleaned_data["late"])
        wanted = self.cleaned_data["seen"]
        if wanted == "all":
            return rows
        return rows.filter(seen=wanted) if wanted else rows.exclude(seen=Seen.CLOSED)


def _known_later(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    if not wanted:
        return rows
    rows = rows.filter(Exists(LateFigure.objects.filter(settlement=OuterRef("pk"))))
    than_granted = {
        "more": {"figure__gt": F("assistance")},
        "less": {"figure__lt": F("assistance")},
    }
    return rows.filter(**than_granted.get(wanted, {}))


@never_cache
def differences(request: StaffRequest) -> HttpResponse:
    rows = differing_bills(bills_visible_to(request.user)).prefetch_related(with_late_figures())
    return list_page(
        request,
        DifferenceList,
        rows,
        "web/bills/differences.html",
        no_figures=_about_figures(request.user),
    )


def _about_figures(user: User) -> list[tuple[BillSource, str]]:
    """The sources whose bills can never stand on this list, and why; those whose figures are floor values."""
    sources = list(sources_visible_to(user))
    places = {source.city: why_no_figures(source.city) for source in sources}
    said = [(source, places[source.city] or floor_values(source)) for source in sources]
    return [(source, why) for source, why in said if why]


@never_cache
def act(request: StaffRequest, bill_id: int, act: Act[Settlement]) -> HttpResponse:
    found: Any = get_object_or_404(differing_bills(bills_visible_to(request.user)), pk=bill_id)
    about = [
        (_("Name"), found.person.name),
        (_("Bill"), str(found)),
        (_("Granted"), yuan(found.assistance)),
        (_("By our own rule"), yuan(found.figure)),
        (_("Recorded less our own"), yuan(found.assistance - found.figure)),
        *([(_("Became known later"), _cause(found))] if _cause(found) else []),
        (_("State"), _seen(found)),
        *([(_("What becomes of it"), said_of(found))] if decision_of(found) else []),
    ]
    page: dict[str, Any] = {"pretitle": _("Difference to our own figure"), "about": about}
    return perform(request, act, found, back=lambda: reverse("bill_differences"), **page)
