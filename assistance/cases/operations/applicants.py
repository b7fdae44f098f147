"""Who applies: the patient himself, or another person with a relation and a paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, CaseEdit
from assistance.cases.operations.edits import note_edits
from assistance.cases.operations.moves import locked, take_part, touch
from assistance.cases.states import Action
from assistance.registry.numbers import phone_digest
from assistance.registry.queries import person_with_number
from assistance.shared import identity_numbers
from assistance.shared.errors import Refused

Relation = Application.Relation
NOTED = ("applicant_name", "applicant_relation", "applicant_kinship")


def applicant_values(
    *, name: str, relation: str, kinship: str, id_number: str, phone: str, on: date
) -> dict[str, Any]:
    """The applicant's columns. The patient himself has no second number and no kinship.

    Whoever is in the register under the number and the name is linked. Raises InvalidIdNumber, or
    Refused without a name.
    """
    if not name.strip():
        raise Refused(_("Enter the name of the person who applies."))
    values: dict[str, Any] = {
        "applicant_name": name.strip(),
        "applicant_relation": relation,
        "applicant_kinship": "",
        "applicant_id_number": "",
        "applicant_person": None,
        "applicant_phone": phone,
        "applicant_phone_digest": phone_digest(phone),
    }
    if relation == Relation.SELF:
        return values
    values["applicant_kinship"] = kinship.strip()
    if id_number.strip():
        number = identity_numbers.parse(id_number, on=on).number
        known = person_with_number(number)
        values["applicant_id_number"] = number
        values["applicant_person"] = known if known and known.name == name.strip() else None
    return values


@transaction.atomic
def name_applicant(
    application: Application,
    *,
    name: str,
    relation: str,
    kinship: str = "",
    id_number: str = "",
    phone: str = "",
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Say who applies, while the case may be edited; an empty number or phone keeps the one on record.

    Raises NotAllowed, Stale, InvalidIdNumber, or Refused where patient and applicant do not fit.
    """
    application = locked(application, version=version)
    take_part(application, Action.EDIT, actor=actor)
    if relation == Relation.SELF and name.strip() != application.person.name:
        raise Refused(_("The applicant is somebody else: say who."))
    values = applicant_values(
        name=name,
        relation=relation,
        kinship=kinship,
        id_number=id_number or application.applicant_id_number,
        phone=phone or application.applicant_phone,
        on=localdate(at),
    )
    if values["applicant_person"] == application.person:
        raise Refused(_("This is the number of the patient: then the patient himself applies."))
    before = {field: getattr(application, field) for field in NOTED}
    after = {field: values[field] for field in NOTED}
    note_edits(application, CaseEdit.Part.CASE, before, after, actor=actor, at=at)
    for field, value in values.items():
        setattr(application, field, value)
    touch(application, *values)
    return application
