from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assistance.settlements.models import PsychiatricTerm
from assistance.settlements.permissions import may_decide_mark
from assistance.settlements.queries import seen_of
from assistance.shared.masking import mask_id
from assistance.shared.money import yuan
from assistance.web.lists import Column, ListForm, amount, day, link, text
from assistance.web.templatetags.yizhu import badge

Verdict = PsychiatricTerm.Verdict


def _decision(mark: Any) -> str:
    if mark.decided is None:
        return ""
    return str(_("Mental illness") if mark.decided else _("Other treatment"))


def _decided(mark: Any) -> Any:
    if mark.decided is None:
        return ""
    return format_html(
        "{} {} · {}",
        badge("yes" if mark.decided else "no", _decision(mark)),
        mark.decided_by or "",
        mark.reason,
    )


def _proposed(mark: Any) -> str:
    """What the decision would change about the money of the bill; a person sees to it."""
    if not mark.difference:
        return ""
    sentence = _("Supplement %(amount)s") if mark.difference > 0 else _("Overpaid %(amount)s")
    return str(sentence) % {"amount": yuan(abs(mark.difference))}


def _proposed_shown(mark: Any) -> Any:
    return badge("changed", _proposed(mark)) if mark.difference else ""


def _seen(mark: Any) -> str:
    """How far the proposal is seen to: it is a difference as any other."""
    if not mark.difference:
        return ""
    decision = getattr(mark.settlement, "difference_decision", None)
    return str(seen_of(decision, mark.own_figure).label)


def _seen_shown(mark: Any) -> Any:
    address = reverse("bill", args=[mark.settlement_id])
    return format_html('<a href="{}">{}</a>', address, _seen(mark)) if mark.difference else ""


MARK_COLUMNS = (
    link(
        _("Name"),
        lambda m: m.settlement.person.name,
        lambda m: reverse("person_costs", args=[m.settlement.person_id]),
    ),
    text(_("Id number"), lambda m: mask_id(m.settlement.person.id_number), css="yz-nowrap"),
    day(_("Settled on"), lambda m: m.settlement.settled_on),
    text(_("Hospital"), lambda m: m.settlement.institution),
    text(_("Diagnosis"), lambda m: m.because),
    amount(_("Total cost"), lambda m: m.settlement.total),
    text(_("Proposal of the list"), lambda m: m.get_proposal_display()),
    text(_("Decision of the reviewer"), _decision, _decided),
    amount(_("Granted (yuan)"), lambda m: m.settlement.assistance),
    amount(_("Our figure by the decision (yuan)"), lambda m: m.own_figure),
    text(_("Proposed for the money"), _proposed, _proposed_shown),
    text(_("Seen to"), _seen, _seen_shown),
)


class MarkList(ListForm):
    subject = "bills for mental illness"
    empty = _("No bill waits for a decision.")
    orderings = {"newest": (_("Newest first"), ("-id",)), "oldest": (_("Oldest first"), ("id",))}

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("To be decided")),
            ("yes", _("Taken as mental illness")),
            ("no", _("Decided: other treatment")),
            ("differs", _("Granted otherwise than our figure by the decision")),
            ("all", _("All")),
        ],
    )
    q = forms.CharField(label=_("Name"), required=False, max_length=60)

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With the way to the decision for whoever may decide."""

        def do(mark: Any) -> SafeString:
            if not may_decide_mark(self.user, mark.settlement.person):
                return SafeString("")
            address = reverse("decide_mark", args=[mark.pk])
            return format_html('<a class="btn btn-sm" href="{}">{}</a>', address, _("Judge"))

        return (*MARK_COLUMNS, Column(_("Do"), do, lambda mark: ""))

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        states = {
            "": Q(decided__isnull=True, proposal=Verdict.UNCLEAR),
            "yes": Q(decided=True) | Q(decided__isnull=True, proposal=Verdict.YES),
            "no": Q(decided=False),
            "differs": Q(own_figure__isnull=False) & ~Q(own_figure=F("settlement__assistance")),
            "all": Q(),
        }
        rows = rows.filter(states[wanted["state"]])
        words = wanted["q"].strip()
        if words:
            person = "settlement__person__"
            rows = rows.filter(
                Q(**{f"{person}name__contains": words})
                | Q(**{f"{person}pinyin_key__contains": words.lower()})
            )
        return rows
