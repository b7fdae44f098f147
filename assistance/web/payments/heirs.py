"""The heirs of somebody who has died, and the list of awards that wait: why, since when, for whom."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.payments import operations
from assistance.payments.models import Award, ClaimPaper, Heir, HeirClaim
from assistance.payments.operations import HeirFacts
from assistance.payments.permissions import why_not_claim, why_not_decide_claim
from assistance.payments.queries import live_claim, needed, waiting_awards
from assistance.registry.documents import TYPED_TYPES
from assistance.registry.models import CertificateType
from assistance.registry.numbers import card_is_mistyped
from assistance.registry.permissions import may_read_account_paper
from assistance.shared.masking import mask_account, mask_id, mask_numbers_in
from assistance.web.acts import Act, plain
from assistance.web.files import respond
from assistance.web.forms.base import ScreenForm
from assistance.web.forms.files import PaperField
from assistance.web.lists import amount, day, link, list_page, text
from assistance.web.payments.lists import AwardList, short
from assistance.web.payments.objects import visible_award
from assistance.web.people.forms import BecauseForm, CompareForm
from assistance.web.requests import StaffRequest
from assistance.web.templatetags.yizhu import state_badge

MOST_HEIRS = 5
PARTS = ("name", "certificate_type", "id_number", "relation", "share")
PAPERS = (ClaimPaper.Kind.DEATH, ClaimPaper.Kind.KINSHIP, ClaimPaper.Kind.AGREEMENT)


def _heir_fields() -> Iterator[tuple[str, forms.Field]]:
    relations = [("", "—"), *Heir.Relation.choices]
    for n in range(1, MOST_HEIRS + 1):
        first = n == 1
        yield (
            f"name_{n}",
            forms.CharField(label=gettext_lazy("Name"), max_length=60, required=first),
        )
        yield (
            f"certificate_type_{n}",
            forms.ChoiceField(
                label=gettext_lazy("Document"),
                choices=[(kind.value, kind.label) for kind in TYPED_TYPES],
                required=False,
            ),
        )
        yield (
            f"id_number_{n}",
            forms.CharField(label=gettext_lazy("Document number"), max_length=20, required=first),
        )
        yield (
            f"relation_{n}",
            forms.ChoiceField(
                label=gettext_lazy("Relation to the patient"), choices=relations, required=first
            ),
        )
        yield (
            f"share_{n}",
            forms.DecimalField(
                label=gettext_lazy("Share in percent"),
                max_digits=5,
                decimal_places=2,
                min_value=Decimal("0.01"),
                max_value=100,
                required=False,
            ),
        )


def _heir_rows(n: int) -> Iterator[tuple[str, ...]]:
    for row in (("name", "relation", "share"), ("certificate_type", "id_number")):
        yield tuple(f"{part}_{n}" for part in row)


class ClaimForm(ScreenForm):
    submit_label = gettext_lazy("Enter the claim")
    rows = (
        gettext_lazy("The heir who is paid for all"),
        *_heir_rows(1),
        ("bank", "number"),
        gettext_lazy("The other heirs"),
        *(row for n in range(2, MOST_HEIRS + 1) for row in _heir_rows(n)),
        gettext_lazy("Papers"),
        tuple(str(kind) for kind in PAPERS),
        ("note",),
    )

    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=80)
    number = forms.CharField(label=gettext_lazy("Account number"), max_length=30)
    number_confirmed = forms.BooleanField(
        label=gettext_lazy("The number is right as typed, although its check digit is wrong"),
        required=False,
        widget=forms.HiddenInput,
    )
    death = PaperField(label=ClaimPaper.Kind.DEATH.label)
    kinship = PaperField(label=ClaimPaper.Kind.KINSHIP.label)
    agreement = PaperField(
        label=ClaimPaper.Kind.AGREEMENT.label,
        required=False,
        help_text=gettext_lazy("Needed where there are several heirs: all of them sign it."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(_heir_fields())
        if self.is_bound and card_is_mistyped("".join(self.data.get("number", "").split())):
            self.fields["number_confirmed"].widget = forms.CheckboxInput()

    def clean(self) -> dict[str, Any]:
        """The heirs as one list and the papers by kind, as the operation wants them."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        heirs = [heir for n in range(1, MOST_HEIRS + 1) if (heir := self._heir(cleaned, n))]
        papers = {str(kind): cleaned[str(kind)] for kind in PAPERS}
        rest = ("bank", "number", "number_confirmed", "note")
        return {"heirs": heirs, "papers": papers} | {name: cleaned[name] for name in rest}

    def _heir(self, cleaned: dict[str, Any], n: int) -> HeirFacts | None:
        """The n-th heir, if anything is typed of him. Raises ValidationError for half of one."""
        values = {part: cleaned.get(f"{part}_{n}") for part in PARTS}
        document = values.pop("certificate_type") or CertificateType.RESIDENT_ID
        if not any(values.values()):
            return None
        if not (values["name"] and values["id_number"] and values["relation"]):
            raise ValidationError(gettext("Every heir needs name, id number and relation."))
        return HeirFacts(
            name=str(values["name"]),
            id_number=str(values["id_number"]),
            relation=str(values["relation"]),
            share=values["share"],
            certificate_type=str(document),
        )


class ConfirmClaimForm(CompareForm):
    submit_label = gettext_lazy("Confirm the claim")


def _may_enter(user: User, award: Award) -> bool:
    return why_not_claim(user, award) is None and live_claim(award) is None


def _may_confirm(user: User, award: Award) -> bool:
    claim = live_claim(award)
    waits = claim is not None and claim.state == HeirClaim.State.ENTERED
    return waits and why_not_decide_claim(user, award, claim) is None


def _may_refuse(user: User, award: Award) -> bool:
    return why_not_decide_claim(user, award, live_claim(award)) is None


CLAIM_ACTS: tuple[Act[Award], ...] = (
    Act(
        url_name="enter_claim",
        path="claim/",
        title=gettext_lazy("Enter the heirs' claim"),
        done=gettext_lazy("The claim is entered; a county reviewer confirms it."),
        form=plain(ClaimForm),
        may=_may_enter,
        run=operations.enter_claim,
        hint=gettext_lazy(
            "The bank is given one payment: to the only heir, or to the one whom all heirs have authorised."
        ),
    ),
    Act(
        url_name="confirm_claim",
        path="claim/confirm/",
        title=gettext_lazy("Confirm the heirs' claim"),
        done=gettext_lazy("The claim is confirmed; the award goes to the heir's account."),
        form=plain(ConfirmClaimForm),
        may=_may_confirm,
        run=operations.confirm_claim,
        hint=gettext_lazy(
            "Compare death, kinship and agreement with the papers, then type the heir's account number from "
            "the card."
        ),
    ),
    Act(
        url_name="refuse_claim",
        path="claim/refuse/",
        title=gettext_lazy("Set the heirs' claim aside"),
        done=gettext_lazy("The claim is set aside; the award is held."),
        form=plain(BecauseForm),
        may=_may_refuse,
        run=operations.refuse_claim,
        danger=True,
    ),
)


def about_claim(award: Award) -> list[tuple[str, str]]:
    """The live claim in lines: who is paid, then everybody who inherits; ids masked."""
    claim = live_claim(award)
    if claim is None:
        return []
    paid = f"{claim.payee_name} · {claim.account.bank} {mask_account(claim.account.number)}"
    heirs = [
        f"{heir.name}（{heir.get_relation_display()}）{mask_id(heir.id_number)}"
        for heir in claim.heirs.all()
    ]
    return [
        (gettext("Paid to"), paid),
        *((gettext("Heir"), heir) for heir in heirs),
        (gettext("Papers"), _papers(award, claim)),
    ]


def _papers(award: Award, claim: HeirClaim) -> SafeString:
    """Each opens beside the form that it is compared with."""
    rows = [
        (reverse("claim_paper", args=[award.number, paper.pk]), paper)
        for paper in claim.papers.all()
    ]
    return format_html_join(" · ", '<a href="{}" target="_blank" rel="noopener">{}</a>', rows)


@never_cache
def claim_paper(request: StaffRequest, number: str, paper_id: int) -> HttpResponse:
    award = visible_award(request, number)
    rows = ClaimPaper.objects.filter(claim__award=award).select_related("file")
    paper = get_object_or_404(rows, pk=paper_id)
    if not may_read_account_paper(request.user, award.person):
        raise PermissionDenied
    subject = f"{award.number}-{paper.kind}-{paper.pk}"
    return respond(request, paper.file, subject=subject, person=award.person)


class WaitingList(AwardList):
    subject = "held awards"
    empty = gettext_lazy("No award is held.")
    orderings = {
        "waiting": (gettext_lazy("Longest waiting first"), ("state_since", "id")),
        "newest": (gettext_lazy("Newest first"), ("-id",)),
        "amount": (gettext_lazy("Largest first"), ("-amount", "id")),
    }
    columns = (
        link(
            gettext_lazy("Award number"),
            lambda a: a.number,
            lambda a: reverse("award", args=[a.number]),
        ),
        short(gettext_lazy("Name"), lambda a: a.person.name),
        short(gettext_lazy("Township"), lambda a: a.person.township.name),
        amount(gettext_lazy("Amount (yuan)"), lambda a: a.amount),
        text(gettext_lazy("State"), lambda a: a.get_state_display(), state_badge),
        text(gettext_lazy("Why"), lambda a: mask_numbers_in(a.state_reason)),
        day(gettext_lazy("Since"), lambda a: localtime(a.state_since).date()),
        text(gettext_lazy("What is needed"), lambda a: needed(a, at=now())),
    )


@never_cache
def waiting(request: StaffRequest) -> HttpResponse:
    rows = waiting_awards(request.user)
    return list_page(request, WaitingList, rows, "web/payments/held.html")
