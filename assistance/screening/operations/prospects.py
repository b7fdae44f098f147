"""Applications prepared for people who may qualify, and what they said on the phone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.operations import register_application
from assistance.payments.models import Programme
from assistance.registry.models import Person
from assistance.registry.queries.duties import ROOT
from assistance.registry.ties import why_not_close
from assistance.screening.models import Prospect, ProspectCall
from assistance.screening.permissions import may_call
from assistance.screening.queries.prospects import (
    likely,
    not_applied,
    offering,
    open_years,
    without_aid,
)
from assistance.screening.states import TO_PHONE, ProspectState
from assistance.shared.errors import NotAllowed, Refused

AT_ONCE = 2000
SAID = (ProspectState.AGREED, ProspectState.DECLINED, ProspectState.NOT_REACHED)


@transaction.atomic
def prepare_prospects(*, at: datetime) -> int:
    """Put everybody who may qualify and has not applied into his township's queue; how many are new.

    For the agencies that offer the programme: own cost of an open year above the deductible, and
    recipients with cost and without assistance last month. Once for a person and year (unique), so the
    clock may ring as often as it likes, and who declined is not asked again.
    """
    today, before = localdate(at), Prospect.objects.count()
    last_month = today.replace(day=1) - timedelta(days=1)
    for agency in offering(Programme.JINGNING):
        for year in open_years(today):
            _prepare(likely(agency, year, today), year, Prospect.Why.HIGH_COST, at)
        if last_month.year in open_years(today):
            found = without_aid(agency, last_month)
            _prepare(found, last_month.year, Prospect.Why.UNASSISTED, at)
    return Prospect.objects.count() - before


def _prepare(people: QuerySet[Person], year: int, why: Prospect.Why, at: datetime) -> None:
    # Who was asked under another of his records is not asked again.
    asked = Prospect.objects.filter(year=year).annotate(root=ROOT)
    rows = (
        Prospect(
            person=person,
            agency_id=person.agency_id,
            township_id=person.township_id,
            year=year,
            why=why,
            made_at=at,
        )
        for person in people.exclude(pk__in=asked.order_by().values("root"))
    )
    Prospect.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


@transaction.atomic
def lapse_prospects(*, at: datetime) -> int:
    """Take out of the queue whoever has died, was merged, or has applied by himself; how many."""
    waiting = Prospect.objects.filter(state__in=sorted(TO_PHONE))
    gone: list[int] = []
    for year in waiting.order_by().values_list("year", flat=True).distinct():
        of_year = waiting.filter(year=year)
        still = not_applied(Person.objects.all(), year)
        rows = of_year.filter(~Q(person__in=still)).select_for_update(of=("self",))
        gone += rows.order_by("id").values_list("pk", flat=True)
    Prospect.objects.filter(pk__in=gone).update(state=ProspectState.LAPSED, call_again_on=None)
    ProspectCall.objects.bulk_create(
        ProspectCall(prospect_id=pk, outcome=ProspectState.LAPSED, at=at) for pk in gone
    )
    return len(gone)


@transaction.atomic
def record_prospect_call(
    prospect: Prospect,
    *,
    outcome: str,
    note: str = "",
    call_again_on: date | None = None,
    actor: User,
    at: datetime,
) -> Prospect:
    """Write down a call. Who agrees gets a draft with his bills at once, received today; nobody else does.

    Raises NotAllowed by role and place, Refused for a row that is settled, an outcome nobody can have
    said, a refusal without a remark, a day that has passed, and as `register_application`.
    """
    Prospect.objects.select_for_update().only("pk").get(pk=prospect.pk)
    row = Prospect.objects.select_related("person", "township").get(pk=prospect.pk)
    if refusal := why_not_close(actor, row.person_id):
        raise NotAllowed(refusal)
    if not may_call(actor, row):
        raise NotAllowed(_("People are phoned by a clerk of their township or the window."))
    if row.state not in TO_PHONE:
        raise Refused(_("This prepared application is already settled."))
    said = _checked(outcome, note, call_again_on, today=localdate(at))
    row.state = said
    row.call_again_on = call_again_on if said == ProspectState.NOT_REACHED else None
    if said == ProspectState.AGREED:
        row.application = _draft(row, actor=actor, at=at)
    row.save(update_fields=["state", "call_again_on", "application"])
    ProspectCall.objects.create(prospect=row, outcome=said, note=note.strip(), by=actor, at=at)
    return row


def _checked(outcome: str, note: str, again: date | None, *, today: date) -> ProspectState:
    if outcome not in SAID:
        raise Refused(_("Choose what came of the call."))
    if outcome == ProspectState.DECLINED and not note.strip():
        raise Refused(_("Say in the remark why the person does not want to apply."))
    if again is not None and again < today:
        raise Refused(_("The day to phone again has passed."))
    return ProspectState(outcome)


def _draft(prospect: Prospect, *, actor: User, at: datetime) -> Application:
    person = prospect.person
    return register_application(
        programme=Programme.JINGNING,
        benefit_year=prospect.year,
        person=person,
        township=prospect.township,
        received_on=localdate(at),
        applicant_name=person.name,
        applicant_relation=Application.Relation.SELF,
        applicant_phone=person.phone,
        actor=actor,
        at=at,
    )
