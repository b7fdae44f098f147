"""Applications prepared for people who may qualify, and what they said on the phone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.operations import register_application
from assistance.cases.states import FINISHED
from assistance.payments.models import Programme
from assistance.registry.models import Person
from assistance.registry.queries.duties import ROOT
from assistance.registry.ties import why_not_close
from assistance.screening.models import Prospect, ProspectCall
from assistance.screening.permissions import may_call
from assistance.screening.queries.prospects import (
    entitled,
    likely,
    offered,
    offering,
    offers,
    open_years,
    without_aid,
)
from assistance.screening.states import TO_PHONE, ProspectState
from assistance.shared.errors import NotAllowed, Refused, SavedAlready

AT_ONCE = 2000
ANSWERED = (ProspectState.AGREED, ProspectState.DECLINED)
SAID = (*ANSWERED, ProspectState.NOT_REACHED)
NOBODY = Q(pk__in=())
# Whose case was opened by the call and is decided.
DECIDED = Q(state=ProspectState.AGREED, application__state__in=sorted(FINISHED))


@transaction.atomic
def prepare_prospects(*, at: datetime) -> int:
    """Put everybody who may qualify and has not applied into his township's queue; how many are new.

    For the agencies that offer the programme: own cost of an open year above the deductible, and
    recipients with cost and without assistance last month; the latter also where assistance is settled with
    the bill and nobody applies (ZS22-2.1.4, LX20-4.1). Once for a person and year (unique), so the clock may
    ring as often as it likes, and who declined is not asked again. Who had lapsed comes back, and who has cost
    since his case was decided (JN21 二(三)2); where nobody applies an answer settles the months before it
    alone, and who is passed over in a later one comes back, too.
    """
    today, before = localdate(at), Prospect.objects.count()
    last_month = today.replace(day=1) - timedelta(days=1)
    back = 0
    for year in open_years(today):
        found = likely(offered(), year, today)
        back += _prepare(found, year, Prospect.Why.HIGH_COST, at, again=DECIDED)
    year = last_month.year
    found = without_aid(entitled(year, today), last_month)
    again = DECIDED | _answered_before(today.replace(day=1))
    back += _prepare(found, year, Prospect.Why.UNASSISTED, at, again=again)
    return Prospect.objects.count() - before + back


def _answered_before(first: date) -> Q:
    """Condition on rows whose answer of an earlier month opened no case, of people where nobody applies."""
    answers = ProspectCall.objects.filter(prospect=OuterRef("pk"), outcome__in=ANSWERED)
    later = answers.filter(at__gte=make_aware(datetime.combine(first, time.min)))
    nobody_applies = ~Q(person__agency__in=offering(Programme.JINGNING))
    return Q(nobody_applies, ~Exists(later), state__in=ANSWERED, application=None)


def _prepare(
    people: QuerySet[Person],
    year: int,
    why: Prospect.Why,
    at: datetime,
    *,
    again: Q,
) -> int:
    """How many came back, with those of `again`; the new ones are counted by their rows."""
    of_year = Prospect.objects.filter(year=year)
    lapsed = of_year.filter(Q(state=ProspectState.LAPSED) | again, person__in=people)
    back = list(lapsed.select_for_update(of=("self",)).order_by("id").values_list("pk", flat=True))
    _note(back, ProspectState.TO_CALL, at, why=why, made_at=at, application=None)
    _follow_moves(Prospect.objects.filter(pk__in=back))
    # Who was asked under another of his records is not asked again.
    asked = of_year.exclude(state=ProspectState.LAPSED).annotate(root=ROOT)
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
    return len(back)


def _note(rows: list[int], state: ProspectState, at: datetime, **fields: object) -> None:
    """What the system found by itself, as a call that nobody made."""
    Prospect.objects.filter(pk__in=rows).update(state=state, call_again_on=None, **fields)
    ProspectCall.objects.bulk_create(
        ProspectCall(prospect_id=pk, outcome=state, at=at) for pk in rows
    )


def _follow_moves(rows: QuerySet[Prospect]) -> None:
    """Who moved is phoned by his new township."""
    moved = rows.exclude(township=F("person__township"), agency=F("person__agency"))
    ids = list(moved.select_for_update(of=("self",)).order_by("id").values_list("pk", flat=True))
    now_at = Person.objects.filter(pk=OuterRef("person"))
    Prospect.objects.filter(pk__in=ids).update(
        township=Subquery(now_at.values("township")[:1]),
        agency=Subquery(now_at.values("agency")[:1]),
    )


@transaction.atomic
def lapse_prospects(*, at: datetime) -> int:
    """Take out of the queue whom there is no reason to phone any more; how many.

    Dead, merged, applied by himself, the last day to apply gone, the cost refunded or assistance received, or
    moved to an agency that neither offers the programme nor draws up lists. Who moved within it goes over to his new township.
    """
    today = localdate(at)
    waiting = Prospect.objects.filter(state__in=sorted(TO_PHONE))
    _follow_moves(waiting)
    still = NOBODY
    for year in open_years(today):
        high = Q(year=year, why=Prospect.Why.HIGH_COST)
        still |= high & Q(person__in=likely(offered(), year, today))
    for year in (today.year - 1, today.year):
        unassisted = waiting.filter(year=year, why=Prospect.Why.UNASSISTED)
        for prepared in unassisted.order_by().datetimes("made_at", "month"):
            month = localdate(prepared) - timedelta(days=1)
            of_month = Q(why=Prospect.Why.UNASSISTED, made_at__gte=prepared) & Q(
                made_at__lt=_next_month(prepared)
            )
            still |= of_month & Q(year=year, person__in=without_aid(entitled(year, today), month))
    gone = waiting.exclude(still).select_for_update(of=("self",)).order_by("id")
    rows = list(gone.values_list("pk", flat=True))
    _note(rows, ProspectState.LAPSED, at)
    return len(rows)


def _next_month(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)


@transaction.atomic
def record_prospect_call(
    prospect: Prospect,
    *,
    outcome: str,
    note: str = "",
    call_again_on: date | None = None,
    token: str = "",
    actor: User,
    at: datetime,
) -> Prospect:
    """Write down a call. Who agrees gets a draft with his bills at once, received today; nobody else does.

    The same `token` (of one form) records one call.

    Where nobody applies for assistance he is asked to the window instead, where it is settled by hand.

    Raises NotAllowed by role and place, Refused for a row that is settled, an outcome nobody can have
    said, a refusal without a remark, a day that has passed, and as `register_application`.
    """
    Prospect.objects.select_for_update().only("pk").get(pk=prospect.pk)
    row = Prospect.objects.select_related("person", "township").get(pk=prospect.pk)
    if refusal := why_not_close(actor, row.person_id):
        raise NotAllowed(refusal)
    if not may_call(actor, row):
        raise NotAllowed(_("People are phoned by a clerk of their township or the window."))
    if token and (known := ProspectCall.objects.filter(token=token).first()):
        if (known.prospect_id, known.outcome, known.note) != (row.pk, outcome, note.strip()):
            raise SavedAlready()
        return row
    if row.state not in TO_PHONE:
        raise Refused(_("This prepared application is already settled."))
    said = _checked(outcome, note, call_again_on, today=localdate(at))
    row.state = said
    row.call_again_on = call_again_on if said == ProspectState.NOT_REACHED else None
    if said == ProspectState.AGREED and offers(row.agency_id):
        row.application = _draft(row, actor=actor, at=at)
    row.save(update_fields=["state", "call_again_on", "application"])
    ProspectCall.objects.create(
        token=token or None, prospect=row, outcome=said, note=note.strip(), by=actor, at=at
    )
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
