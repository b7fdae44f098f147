"""The grey zone around a person and year: what may be helped twice, each as a sentence with its link.

What lies outside the reader's scope is told in one masked sentence: the agency, never a name or a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.accounts.models import Division, User
from assistance.accounts.scope import scope_of
from assistance.cases.models import Application
from assistance.cases.queries import applications_visible_to, county_of
from assistance.cases.states import State
from assistance.payments.states import AwardState
from assistance.registry.models import Enrolment, Person, Residence
from assistance.registry.queries import held_by, in_force, records
from assistance.settlements.models import Settlement
from assistance.settlements.queries import DEDUCTIBLE_GIVERS, aid_of_year, bills_of_year
from assistance.settlements.queries.payers import AID_PAYERS, later_payments_of, paid_since
from assistance.shared.money import ZERO, yuan

MOST_TWINS = 5


@dataclass(frozen=True, slots=True)
class Doubt:
    sentence: str
    url: str = ""


def doubts_of_case(user: User, application: Application) -> list[Doubt]:
    """What a person should look at before this case is decided, and what became known after payment."""
    person, year = application.person, application.benefit_year
    return [
        *_applications(user, person, year, _chain(application)),
        *_about(user, person, year, county_of(application.township)),
        *_after_payment(application),
    ]


def doubts_of_person(user: User, person: Person, year: int) -> list[Doubt]:
    """For the page of a person: applications of the year outside the reader's scope too."""
    visible = set(held_by(applications_visible_to(user), person).values_list("pk", flat=True))
    return [
        *_applications(user, person, year, visible),
        *_about(user, person, year, county_of(person.township)),
    ]


def _about(user: User, person: Person, year: int, county: Division) -> list[Doubt]:
    return [
        *_same_bills(user, person, year),
        *_one_stop(person, year),
        *_aid(person, year),
        *_elsewhere(person, year, county),
    ]


def _chain(application: Application) -> set[int]:
    """The cases that go on from one another: they stand on the page by themselves."""
    rows = Application.objects.filter(benefit_year=application.benefit_year)
    pairs = dict(held_by(rows, application.person).values_list("pk", "previous_id"))
    chain = {application.pk}
    while True:
        more = {pk for pk, before in pairs.items() if before in chain}
        more |= {before for pk, before in pairs.items() if pk in chain and before is not None}
        if more <= chain:
            return chain
        chain |= more


def _applications(user: User, person: Person, year: int, known: set[int]) -> Iterator[Doubt]:
    """Other applications of the year in any state, in any agency."""
    others = held_by(Application.objects.filter(benefit_year=year), person)
    others = others.exclude(pk__in=known)
    scope = scope_of(user)
    for other in others.select_related("agency").order_by("id"):
        values = {"year": year, "state": other.get_state_display(), "agency": other.agency.name}
        if scope.covers(agency_id=other.agency_id, township_id=other.township_id):
            sentence = _("Another application of this person for %(year)s: %(number)s (%(state)s).")
            url = reverse("application", args=[other.number])
            yield Doubt(sentence % {**values, "number": other.number}, url)
        else:
            yield Doubt(
                _("%(agency)s has another application of this person for %(year)s (%(state)s).")
                % values
            )


def _same_bills(user: User, person: Person, year: int) -> Iterator[Doubt]:
    """A bill of the same day, hospital and total that is booked for somebody else."""
    same = Q(pk__in=())
    for bill in bills_of_year(person, year):
        same |= Q(settled_on=bill.settled_on, institution=bill.institution, total=bill.total)
    twins = Settlement.objects.filter(same, reverses__isnull=True, reversed_by__isnull=True)
    scope = scope_of(user)
    others = (
        twins.exclude(person__in=records(person).values("pk"))
        .select_related("person")
        .order_by("id")
    )
    for twin in others[:MOST_TWINS]:
        if scope.covers(agency_id=twin.person.agency_id, township_id=twin.person.township_id):
            sentence = _("The bill %(bill)s also stands with %(name)s: is it the same one?")
            url = reverse("person_costs", args=[twin.person_id])
            yield Doubt(sentence % {"bill": twin, "name": twin.person.name}, url)
        else:
            sentence = _("The bill %(bill)s also stands with somebody outside your area.")
            yield Doubt(sentence % {"bill": twin})


def _one_stop(person: Person, year: int) -> Iterator[Doubt]:
    """Medical assistance that the hospital has already settled."""
    bills = bills_of_year(person, year).order_by()
    paid = bills.aggregate(total=Sum("assistance", default=ZERO))["total"] or ZERO
    if paid > ZERO:
        yield Doubt(
            _(
                "The bills of %(year)s already hold %(amount)s yuan of medical assistance (one-stop)."
            )
            % {"year": year, "amount": yuan(paid)},
            reverse("person_costs", args=[person.pk]),
        )


def _aid(person: Person, year: int) -> Iterator[Doubt]:
    for aid in aid_of_year(person, year):
        values = {
            "giver": aid.get_giver_display(),
            "amount": yuan(aid.amount),
            "day": aid.given_on.isoformat(),
        }
        if aid.giver in DEDUCTIBLE_GIVERS:
            sentence = _("%(giver)s gave %(amount)s yuan on %(day)s: it is deducted.")
        else:
            sentence = _("%(giver)s gave %(amount)s yuan on %(day)s: it is not deducted.")
        yield Doubt(sentence % values, reverse("person_costs", args=[person.pk]))
    yield from _aid_twice(person, year)


def _aid_twice(person: Person, year: int) -> Iterator[Doubt]:
    """Help that was typed at the desk and then came in its payer's file, too: both are deducted."""
    typed = set(aid_of_year(person, year).values_list("amount", flat=True))
    in_files = later_payments_of(person).filter(benefit_year=year, payer__in=AID_PAYERS)
    for payment in in_files.filter(amount__in=typed):
        sentence = _(
            "%(payer)s sent %(amount)s yuan of %(day)s in a file, and the same amount is typed as other aid:"
            " if it is the same money, void what was typed."
        )
        values = {
            "payer": payment.get_payer_display(),
            "amount": yuan(payment.amount),
            "day": payment.paid_on.isoformat(),
        }
        yield Doubt(sentence % values, reverse("person_costs", args=[person.pk]))


def _elsewhere(person: Person, year: int, county: Division) -> Iterator[Doubt]:
    """Insured or living in another county on a day of the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    enrolments = held_by(Enrolment.objects.exclude(county=county), person)
    enrolments = in_force(enrolments, first, last)
    for enrolment in enrolments.select_related("county"):
        yield Doubt(
            _("Insured in %(county)s too in %(year)s: has that county helped?")
            % {"county": enrolment.county.name, "year": year}
        )
    living = held_by(Residence.objects.filter(kind=Residence.Kind.LIVING), person)
    living = in_force(living, first, last)
    elsewhere = living.exclude(Q(division=county) | Q(division__parent=county))
    for home in elsewhere.select_related("division"):
        yield Doubt(
            _("Lived in %(place)s in %(year)s: has that place helped?")
            % {"place": home.division.name, "year": year}
        )


def _after_payment(application: Application) -> Iterator[Doubt]:
    """Aid that was entered after the award had left: only an official correction can still deduct it."""
    award, decided = application.award, application.assessment
    if application.state_enum is not State.APPROVED or award is None or decided is None:
        return
    if award.state not in (AwardState.SENT, AwardState.PAID):
        return
    late = aid_of_year(application.person, application.benefit_year).filter(
        giver__in=DEDUCTIBLE_GIVERS, entered_at__gt=decided.made_at
    )
    known_late = late.exists() or paid_since(
        application.person, application.benefit_year, decided.made_at
    )
    if known_late and not application.further.exclude(state=State.WITHDRAWN).exists():
        yield Doubt(_("Aid was reported after the payment had left: open an official correction."))
