"""What an officer who does no business may read of a value: people are masked, what they have is hidden."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db.models import (
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    JSONField,
    Model,
    TextField,
)
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assistance.registry.models import Person, StaffTie
from assistance.screening.models import CostMark
from assistance.settlements.models import PsychiatricMark
from assistance.shared import crypto
from assistance.shared.fields import EncryptedTextField
from assistance.shared.masking import (
    mask_account,
    mask_id,
    mask_name,
    mask_numbers_in,
    mask_phone,
)
from assistance.trail.classes import our_models
from assistance.trail.queries.rows import CIPHER

LONGEST = 200
NAMES = frozenset({"name", "applicant_name", "holder_name", "payee_name"})
# Text of a row about somebody that says nothing about him: numbers of ours, and names of offices.
HARMLESS = frozenset(
    {
        "bank",
        "decision_number",
        "masked_name",
        "number",
        "own_version",
        "recognised_by",
        "reference",
        "source",
    }
)
# An officer of the desk typed why; of a mark, the reason is the illness.
REASONS = ("reason", "because")
OF_ILLNESS: tuple[type[Model], ...] = (CostMark, PsychiatricMark)
# Whoever has it opens a page that asks for no log-in.
KEYS = frozenset({"token"})


@cache
def about_people() -> frozenset[type[Model]]:
    """The tables whose rows are somebody, or lead to somebody in any number of steps."""
    found: set[type[Model]] = {Person, StaffTie}
    while True:
        more = {model for model in our_models() if model not in found and _leads_to(model, found)}
        if not more:
            return frozenset(found)
        found |= more


def shown(field: Field[Any, Any] | None, value: Any) -> str:
    """The value in words; a text of a table about people is hidden unless it is known to be harmless.

    Of a column that the program has no longer, nobody knows what it said: it is hidden.
    """
    if value is None or value == "":
        return "—"
    if isinstance(field, EncryptedTextField):
        return _masked(field, str(value))
    if field is not None and _is_name(field):
        return mask_name(str(value))
    if field is None or _is_hidden(field):
        return str(_("hidden"))
    return _plain(field, value)


def _plain(field: Field[Any, Any], value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(field, ForeignKey):
        return f"{field.related_model._meta.verbose_name} {value}"
    if isinstance(field, DateTimeField):
        return date_format(localtime(datetime.fromisoformat(str(value))), "Y-m-d H:i")
    if isinstance(value, list):
        return mask_numbers_in("、".join(str(one) for one in value))[:LONGEST] or "—"
    if field.name == "born_on":
        return str(value)[:4]
    choices = dict(field.flatchoices) if field.choices else {}
    return mask_numbers_in(str(choices.get(value, value)))[:LONGEST]


def _leads_to(model: type[Model], found: set[type[Model]]) -> bool:
    fields = model._meta.concrete_fields
    return any(isinstance(one, ForeignKey) and one.related_model in found for one in fields)


def _is_name(field: Field[Any, Any]) -> bool:
    return field.name in NAMES and field.model in about_people()


def _is_hidden(field: Field[Any, Any]) -> bool:
    if field.name in KEYS:
        return True
    if field.model not in about_people() or field.choices:
        return False
    if not isinstance(field, (CharField, TextField, JSONField)) or field.name in HARMLESS:
        return False
    return field.model in OF_ILLNESS or not field.name.endswith(REASONS)


def _masked(field: EncryptedTextField, value: str) -> str:
    if not value.startswith(CIPHER) or value == CIPHER:
        return "—"
    label = f"{field.model._meta.label_lower}.{field.name}"
    try:
        plain = crypto.decrypt(bytes.fromhex(value[len(CIPHER) :]), label=label)
    except (InvalidTag, KeyError, ValueError):
        return str(_("cannot be read"))
    if field.name.endswith("phone"):
        return mask_phone(plain)
    if "account" in label:
        return mask_account(plain)
    if field.name.endswith("number"):
        return mask_id(plain)
    return str(_("encrypted"))
