"""Certificates and premiums of a person: what can be done to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.registry import operations
from assistance.registry.models import Certificate, Person, Subsidy
from assistance.registry.permissions import may_edit
from assistance.registry.queries import held_by
from assistance.web.acts import links, plain
from assistance.web.duties.forms import SubsidyForm
from assistance.web.forms.base import ScreenForm, date_field
from assistance.web.people.acts import span_acts
from assistance.web.people.base import PersonAct
from assistance.web.people.forms import BecauseForm


class CertifyForm(ScreenForm):
    submit_label = _("Record the certificate")
    rows = (("kind", "disease"), ("issued_by",), ("first_day", "last_day"))

    kind = forms.ChoiceField(label=_("Kind"), choices=Certificate.Kind.choices)
    disease = forms.CharField(
        label=_("Special disease"),
        max_length=60,
        required=False,
        help_text=_("Empty for mental disability."),
    )
    issued_by = forms.CharField(label=_("Issued by"), max_length=80)
    first_day = date_field(label=_("First day"))
    last_day = date_field(label=_("Last day"), required=False, help_text=_("Empty: open."))


def _this_year(_person: Person) -> dict[str, Any]:
    return {"year": localdate().year}


def _voidable(user: User, row: Subsidy) -> bool:
    return row.voided_at is None and may_edit(user, row.person)


CERTIFYING = PersonAct(
    url_name="certify_person",
    path="certificates/add/",
    title=_("Record a certificate"),
    done=_("The certificate is recorded."),
    form=plain(CertifyForm),
    may=may_edit,
    run=operations.certify,
)
SUBSIDISING = PersonAct(
    url_name="subsidise_person",
    path="subsidies/add/",
    title=_("Record a subsidised premium"),
    done=_("The premium is recorded."),
    form=plain(SubsidyForm, _this_year),
    may=may_edit,
    run=operations.subsidise,
)
CERTIFICATE_ACTS = span_acts(
    "certificates",
    "certificate",
    (_("End the certificate"), _("Void the certificate")),
    (operations.end_certificate, operations.void_certificate),
    lambda person: held_by(Certificate.objects.select_related("person"), person),
)
SUBSIDY_ACTS = (
    PersonAct(
        url_name="void_subsidy",
        path="subsidies/<int:row_id>/void/",
        title=_("Void the subsidised premium"),
        done=_("The entry is voided."),
        form=plain(BecauseForm),
        may=_voidable,
        run=operations.void_subsidy,
        rows=lambda person: held_by(Subsidy.objects.select_related("person", "county"), person),
        danger=True,
    ),
)


def status_acts() -> Iterator[PersonAct]:
    yield from (CERTIFYING, SUBSIDISING, *CERTIFICATE_ACTS, *SUBSIDY_ACTS)


def status_cards(user: User, person: Person) -> dict[str, Any]:
    """The certificates and the premiums of a person, each with what may be done to it."""
    certificates = held_by(Certificate.objects.select_related("person"), person)
    subsidies = held_by(Subsidy.objects.select_related("person", "county"), person)
    return {
        "certificates": [
            {"row": row, "links": links(CERTIFICATE_ACTS, user, row, person.pk, row.pk)}
            for row in certificates.order_by("-first_day", "-id")
        ],
        "subsidies": [
            {"row": row, "links": links(SUBSIDY_ACTS, user, row, person.pk, row.pk)}
            for row in subsidies.order_by("-year", "-id")
        ],
        "add_certificate": links([CERTIFYING], user, person, person.pk),
        "add_subsidy": links([SUBSIDISING], user, person, person.pk),
    }
