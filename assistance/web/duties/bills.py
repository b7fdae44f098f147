"""救助明细: assistance bill by bill, in the columns of the trade; what the source did not say stays empty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import Enrolment, Person, RecipientSpan
from assistance.settlements.models import LaterPayment, Payer, Setting
from assistance.settlements.recount import COUNTED_PAYERS
from assistance.shared.masking import mask_id
from assistance.shared.money import ZERO
from assistance.web.duties.joined import of_all, with_joined
from assistance.web.duties.ledgers import LedgerForm
from assistance.web.forms.lists import ANY
from assistance.web.lists import amount, day, link, text


def _then(name: str, bill: Any) -> list[Any]:
    """Those rows of the person, on any record, that held when the bill was settled."""
    on, rows = bill.settled_on, of_all(bill.person.merged_into or bill.person, name)
    return [r for r in rows if r.first_day <= on and (r.last_day is None or r.last_day >= on)]


def _identity(bill: Any) -> str:
    held = _then("spans", bill)
    return "、".join(dict.fromkeys(span.category.name for span in held))


def _insurance(bill: Any) -> list[Enrolment]:
    return _then("insured", bill)


def _later(bill: Any, *payers: str) -> Decimal:
    """Yuan of what these payers gave after the bill was settled."""
    return sum((row.amount for row in bill.later if row.payer in payers), ZERO)


def _or_nothing(amount: Decimal) -> Decimal | None:
    return amount or None


def _cash(bill: Any) -> Decimal:
    own: Decimal = bill.total - bill.insurance - bill.assistance
    return own - _later(bill, *COUNTED_PAYERS)


def _empty(bill: Any) -> str:
    return ""


class AssistanceLedger(LedgerForm):
    subject = "ledger of assistance"
    empty = _("No bill matches.")
    orderings = {"newest": (_("Newest first"), ("-settled_on", "-id"))}
    columns = (
        text(_("Project code"), _empty),
        text(_("Class of insurance"), lambda b: b.get_source_display()),
        text(_("Clearing period"), lambda b: f"{b.settled_on:%Y-%m}", css="yz-nowrap"),
        text(_("Period of the cost"), lambda b: str(b.benefit_year)),
        text(_("Settlement id"), lambda b: b.source_id),
        text(_("Place of recognition"), lambda b: b.person.agency.name),
        text(_("Township (ledger)"), lambda b: b.person.township.name, css="yz-nowrap"),
        text(_("Place of insurance"), lambda b: "、".join(e.county.name for e in _insurance(b))),
        text(
            _("Kind of insurance"),
            lambda b: "、".join(e.get_kind_display() for e in _insurance(b)),
        ),
        text(_("Id number (bill ledger)"), lambda b: mask_id(b.person.id_number), css="yz-nowrap"),
        link(
            _("Name"),
            lambda b: b.person.name,
            lambda b: reverse("person_costs", args=[b.person_id]),
        ),
        text(_("Identity for assistance"), _identity),
        text(_("Place of treatment"), _empty),
        text(_("Hospital (ledger)"), lambda b: b.institution),
        text(_("Kind of visit (ledger)"), lambda b: b.med_type or b.get_setting_display()),
        text(_("Kind of assistance"), lambda b: b.get_setting_display()),
        text(_("Disease code"), lambda b: b.disease_code),
        text(_("Disease"), lambda b: b.disease_name),
        day(_("Admitted on (ledger)"), lambda b: b.service_from),
        day(_("Discharged on (ledger)"), lambda b: b.service_to),
        day(_("Settled on (ledger)"), lambda b: b.settled_on),
        amount(_("Total cost (ledger)"), lambda b: b.total),
        amount(_("Within the insurance scope"), lambda b: b.in_scope),
        amount(_("Paid by basic insurance"), lambda b: b.basic),
        amount(_("Paid by big-illness insurance"), lambda b: b.big_illness),
        amount(
            _("Paid by large-sum insurance"),
            lambda b: b.supplementary + _later(b, Payer.SUPPLEMENTARY),
        ),
        amount(_("Counted for assistance"), lambda b: b.in_scope - b.insurance),
        amount(
            _("Medical assistance (ledger)"), lambda b: b.assistance + _later(b, Payer.ASSISTANCE)
        ),
        text(_("Tilted assistance"), _empty),
        text(_("Poverty relief"), _empty),
        amount(_("Huimin insurance (ledger)"), lambda b: _or_nothing(_later(b, Payer.HUIMIN))),
        text(_("Personal account"), _empty),
        amount(_("Cash (ledger)"), _cash),
    )

    setting = forms.ChoiceField(label=_("Setting"), required=False, choices=[ANY, *Setting.choices])
    assisted = forms.BooleanField(label=_("Only with assistance"), required=False)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        rows = rows.filter(benefit_year=self.chosen_year)
        if wanted["township"]:
            rows = rows.filter(person__township=wanted["township"])
        if wanted["setting"]:
            rows = rows.filter(setting=wanted["setting"])
        if wanted["assisted"]:
            later = LaterPayment.objects.filter(
                settlement=OuterRef("pk"), payer=Payer.ASSISTANCE, taken_back_by=None, amount__gt=0
            )
            rows = rows.filter(~Q(assistance=0) | Exists(later))
        spans = RecipientSpan.objects.select_related("category").filter(voided_at__isnull=True)
        insured = Enrolment.objects.select_related("county").filter(voided_at__isnull=True)
        of_record = (
            Prefetch("recipient_spans", spans, "spans"),
            Prefetch("enrolments", insured, "insured"),
        )
        people = Person.objects.select_related("township", "agency")
        into = Prefetch("merged_into", with_joined(people, *of_record))
        # The page fetches the people itself, with the other records of each.
        return rows.select_related(None).prefetch_related(
            Prefetch("person", with_joined(people, *of_record).prefetch_related(into)),
            Prefetch("later_payments", to_attr="later"),
        )
