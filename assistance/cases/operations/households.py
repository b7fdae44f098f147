"""Filing for another member of a household: papers and civil affairs' decision come along, money does not."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, FactSheet
from assistance.cases.models.applications import Group
from assistance.cases.operations.entry import register_application
from assistance.cases.operations.evidence import bring_papers
from assistance.cases.papers import HOUSEHOLD_KINDS
from assistance.payments.models import Programme
from assistance.registry.models import Person
from assistance.registry.queries import same_household
from assistance.shared.errors import Refused

Relation = Application.Relation
Kind = FactSheet.Kind
GATE = ("gate_applied_on", "gate_kind", "gate_authority", "gate_outcome", "gate_paper")


@transaction.atomic
def file_for_member(
    application: Application,
    *,
    member: Person,
    received_on: date,
    applicant_relation: str,
    applicant_kinship: str = "",
    actor: User,
    at: datetime,
) -> Application:
    """Open a draft for another member of the patient's household, from this case.

    Comes along: the applicant, civil affairs' answer where the member is not on the register himself,
    and the papers that serve the whole household, by reference to the same stored files. Bills, other
    aid, account and amount do not: they are each person's own. Raises what registering raises, or
    Refused outside the household.
    """
    if member.pk == application.person_id:
        raise Refused(_("Choose another member than the patient of this case."))
    if not same_household(application.person, member, localdate(at)):
        raise Refused(_("%(name)s does not belong to this household.") % {"name": member.name})
    himself = applicant_relation == Relation.SELF
    made = register_application(
        programme=Programme(application.programme),
        benefit_year=application.benefit_year,
        person=member,
        township=application.township,
        received_on=received_on,
        applicant_name=member.name if himself else application.applicant_name,
        applicant_relation=applicant_relation,
        applicant_kinship=applicant_kinship,
        applicant_id_number="" if himself else _number_of_applicant(application),
        applicant_phone=application.applicant_phone,
        actor=actor,
        at=at,
    )
    _bring_gate(application, made)
    bring_papers(application, made, kinds=HOUSEHOLD_KINDS, actor=actor, at=at)
    return made


def _number_of_applicant(application: Application) -> str:
    if application.applicant_relation == Relation.SELF:
        return application.person.id_number
    return application.applicant_id_number


def _bring_gate(application: Application, made: Application) -> None:
    """Who is on the register needs no decision; for the others it was one decision on the household."""
    theirs = application.fact_sheets.get(kind=Kind.DECLARED)
    own = made.fact_sheets.get(kind=Kind.DECLARED)
    if own.group == Group.HARDSHIP:
        return
    for field in ("group", *GATE):
        setattr(own, field, getattr(theirs, field))
    own.save(update_fields=["group", *GATE])
