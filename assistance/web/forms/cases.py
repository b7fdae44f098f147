"""What a clerk types into a case: facts, bills, other aid, the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.cases.models import FactItem, FactSheet
from assistance.cases.models.applications import Exclusion, Group
from assistance.registry.models import AccountReason, BankAccount, Person, RecipientCategory
from assistance.registry.numbers import card_is_mistyped
from assistance.registry.queries import held_by
from assistance.settlements.models import OtherAid, Setting
from assistance.shared.masking import mask_account
from assistance.web.forms.base import ScreenForm, VersionedForm, amount_field, date_field
from assistance.web.forms.files import PaperField

YES_NO = [("", "—"), ("true", _("Yes")), ("false", _("No"))]
TO_TRUTH = {"true": True, "false": False}


def yes_no_field(**options: Any) -> forms.TypedChoiceField:
    """Yes, no, or not answered yet."""
    return forms.TypedChoiceField(
        choices=YES_NO, coerce=TO_TRUTH.get, empty_value=None, required=False, **options
    )


class FactsForm(VersionedForm):
    """The facts of one sheet. Nothing is required here: what lacks is listed, and blocks submitting."""

    submit_label = _("Save the facts")
    rows = (
        ("group",),
        ("hukou_in_county", "insured_in_county", "insured_since"),
        _("Application for 特困, 低保 or 低边 (only for people who are not on the register)"),
        ("gate_applied_on", "gate_kind", "gate_authority"),
        ("gate_outcome", "gate_paper"),
        _("Other aid and note"),
        ("other_aid", "note"),
    )

    group = forms.ChoiceField(label=_("Group"), required=False, choices=[("", "—"), *Group.choices])
    hukou_in_county = yes_no_field(label=_("Household registration in the county"))
    insured_in_county = yes_no_field(label=_("Insured in the county in the year of the cost"))
    insured_since = date_field(
        label=_("Insured here without a gap since"),
        required=False,
        help_text=_("Needed when registered elsewhere."),
    )
    gate_applied_on = date_field(label=_("Applied to civil affairs on"), required=False)
    gate_kind = forms.ChoiceField(label=_("Applied for"), required=False)
    gate_authority = forms.CharField(label=_("Decided by"), max_length=80, required=False)
    gate_outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", "—"), *FactSheet.GateOutcome.choices]
    )
    gate_paper = forms.CharField(label=_("Paper and number"), max_length=120, required=False)
    other_aid = amount_field(
        label=_("Aid of other departments (yuan)"),
        help_text=_("Government, union, disabled persons' federation, Red Cross; not charity."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, estimate_at: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.attrs |= {
            "hx-post": estimate_at,
            "hx-trigger": "input delay:400ms, change delay:100ms",
            "hx-target": "#estimate",
            "hx-indicator": "#estimate",
        }
        kinds = RecipientCategory.objects.filter(is_hardship=True).order_by("order", "id")
        names = [category.name for category in kinds]
        known = self.initial.get("gate_kind")
        if known and known not in names:
            names.append(known)
        gate_kind = self.fields["gate_kind"]
        assert isinstance(gate_kind, forms.ChoiceField)
        gate_kind.choices = [("", "—"), *((name, name) for name in names)]


FACT_NAMES = tuple(name for name in FactsForm.base_fields if name != "version")


def facts_initial(sheet: FactSheet, version: int) -> dict[str, Any]:
    values = {name: getattr(sheet, name) for name in FACT_NAMES}
    for name in ("hukou_in_county", "insured_in_county"):
        values[name] = {True: "true", False: "false"}.get(values[name], "")
    return values | {"version": version}


class BillForm(VersionedForm):
    """A bill as the papers show it."""

    submit_label = _("Add the bill")
    rows = (
        ("settled_on", "setting", "institution"),
        ("total", "in_scope", "basic", "supplementary"),
        ("big_illness", "assistance", "invoice_code", "invoice_number"),
        ("service_from", "service_to", "designated"),
    )

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    settled_on = date_field(label=_("Settled on"))
    setting = forms.ChoiceField(label=_("Kind of care"), choices=Setting.choices)
    institution = forms.CharField(label=_("Hospital"), max_length=80)
    total = amount_field(label=_("Total cost"))
    in_scope = amount_field(label=_("In-scope cost"))
    basic = amount_field(label=_("Basic insurance"), initial=0)
    supplementary = amount_field(label=_("Supplementary insurance"), initial=0)
    big_illness = amount_field(label=_("Big-illness insurance"), initial=0)
    assistance = amount_field(label=_("Medical assistance"), initial=0)
    invoice_code = forms.CharField(label=_("Invoice code"), max_length=20, required=False)
    invoice_number = forms.CharField(label=_("Invoice number"), max_length=20, required=False)
    service_from = date_field(label=_("Admitted on"), required=False)
    service_to = date_field(label=_("Discharged on"), required=False)
    designated = forms.BooleanField(
        label=_("Designated institution within mainland China"), required=False, initial=True
    )


class JudgeForm(VersionedForm):
    """What a person judges about a bill in the case."""

    submit_label = _("Save the judgement")
    rows: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("therapeutic", "exclusion"),
        ("other_aid", "note"),
    )

    therapeutic = forms.BooleanField(
        label=_("Therapeutic"),
        required=False,
        help_text=_("Needed for the illness; nursing aids and the like are not."),
    )
    exclusion = forms.ChoiceField(
        label=_("Excluded because"),
        required=False,
        choices=[("", _("Not excluded")), *Exclusion.choices],
    )
    other_aid = amount_field(label=_("Other aid for this bill"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class AcceptForm(JudgeForm):
    """The county may accept other figures than the bill's; the note then says why."""

    rows = (("setting", "total", "insurance", "assistance"), *JudgeForm.rows)

    setting = forms.ChoiceField(label=_("Kind of care"), choices=Setting.choices)
    total = amount_field(label=_("Total cost"))
    insurance = amount_field(label=_("Insurance"))
    assistance = amount_field(label=_("Medical assistance"))


def judge_form(item: FactItem) -> type[JudgeForm]:
    return AcceptForm if item.sheet.kind == FactSheet.Kind.ACCEPTED else JudgeForm


class AidForm(VersionedForm):
    submit_label = _("Add the aid")
    rows = (("giver", "amount"), ("given_on", "paper"))

    giver = forms.ChoiceField(label=_("Given by"), choices=OtherAid.Giver.choices)
    amount = amount_field(label=_("Amount (yuan)"), min_value=0.01)
    given_on = date_field(label=_("Given on"))
    paper = forms.CharField(label=_("Paper"), max_length=120)


if TYPE_CHECKING:
    AccountBase = forms.ModelChoiceField[BankAccount]
else:
    AccountBase = forms.ModelChoiceField


class AccountField(AccountBase):
    def label_from_instance(self, obj: BankAccount) -> str:
        checked = _("checked") if obj.checked_at else _("not checked yet")
        return f"{obj.bank} {mask_account(obj.number)} {obj.holder_name} ({checked})"


class AccountChoiceForm(VersionedForm):
    submit_label = _("Pay to this account")
    rows = (("account",),)

    account = AccountField(label=_("Account"), queryset=BankAccount.objects.none())

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.fields["account"]
        assert isinstance(account, forms.ModelChoiceField)
        account.queryset = held_by(BankAccount.objects.filter(retired_at=None), person).order_by(
            "id"
        )


class NewAccountForm(ScreenForm):
    """An account of the patient, typed where it is needed; the card wants neither reason nor paper."""

    submit_label = _("Add the account")
    rows = (
        ("bank", "number"),
        ("is_social_security_card",),
        _("Only where it is not the patient's social-security card"),
        ("holder_name", "reason"),
        ("holder_reason", "paper"),
    )

    bank = forms.CharField(label=_("Bank"), max_length=80)
    number = forms.CharField(label=_("Account number"), max_length=30)
    number_confirmed = forms.BooleanField(
        label=_("The number is right as typed, although its check digit is wrong"),
        required=False,
        widget=forms.HiddenInput,
    )
    is_social_security_card = forms.BooleanField(
        label=_("The patient's own social-security card"), required=False, initial=True
    )
    holder_name = forms.CharField(
        label=_("Account holder"), max_length=60, required=False, help_text=_("Empty: the patient.")
    )
    reason = forms.ChoiceField(
        label=_("Why not the social-security card"),
        choices=[("", "—"), *AccountReason.choices],
        required=False,
    )
    holder_reason = forms.CharField(label=_("Explanation"), max_length=200, required=False)
    paper = PaperField(label=_("Paper"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked for only once the number has turned out odd: a box ticked beforehand says nothing.
        if self.is_bound and card_is_mistyped("".join(self.data.get("number", "").split())):
            self.fields["number_confirmed"].widget = forms.CheckboxInput()
