from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.models import Person
from assistance.registry.queries import held_by
from assistance.settlements.models import OtherAid, Setting, Settlement
from assistance.settlements.queries.institutions import institutions_of, not_designated
from assistance.settlements.queries.payers import later_aid_of_year, later_payments_of
from assistance.shared.money import ZERO, yuan

# Other departments in the sense of JN21 二(三)2 (B-13): not private charity, not private insurance.
DEDUCTIBLE_GIVERS = (
    OtherAid.Giver.GOVERNMENT,
    OtherAid.Giver.UNION,
    OtherAid.Giver.DISABLED_FEDERATION,
    OtherAid.Giver.RED_CROSS,
)


def bills_of_year(person: Person, year: int) -> QuerySet[Settlement]:
    """The bills that count in `year`, in order of settlement: neither reversed nor twins."""
    bills = held_by(Settlement.objects.filter(benefit_year=year), person)
    bills = bills.filter(reverses__isnull=True, reversed_by__isnull=True)
    return bills.order_by("settled_on", "id")


def bill_history(person: Person) -> QuerySet[Settlement]:
    """Every row ever booked for the person, reversed bills and their twins too, newest first."""
    bills = Settlement.objects.select_related("person", "entered_by", "reverses", "reversed_by")
    return held_by(bills, person).order_by("-settled_on", "-id")


def bills_visible_to(user: User) -> QuerySet[Settlement]:
    """The bills of the people in the user's scope, newest first."""
    bills = Settlement.objects.select_related("person")
    visible = scope_of(user).filter(bills, agency="person__agency", township="person__township")
    return visible.order_by("-settled_on", "-id")


def years_with_bills(person: Person) -> list[int]:
    """The benefit years in which the person has a bill that counts, newest first."""
    bills = held_by(Settlement.objects.all(), person)
    bills = bills.filter(reverses__isnull=True, reversed_by__isnull=True)
    years = bills.values_list("benefit_year", flat=True).distinct().order_by("-benefit_year")
    return list(years)


def aid_of_year(person: Person, year: int) -> QuerySet[OtherAid]:
    """Help from elsewhere for the cost of `year` that is not voided, in the order it was given."""
    aid = OtherAid.objects.filter(benefit_year=year, voided_at__isnull=True)
    return held_by(aid, person).order_by("given_on", "id")


def aid_history(person: Person) -> QuerySet[OtherAid]:
    """Every row of help from elsewhere, voided ones too, newest year first."""
    aid = held_by(OtherAid.objects.select_related("person"), person)
    return aid.order_by("-benefit_year", "-id")


def aid_by_giver(person: Person, year: int) -> dict[OtherAid.Giver, Decimal]:
    """Yuan of the year for every giver, zero included: what is deducted is for the policy to say."""
    sums = aid_of_year(person, year).order_by().values_list("giver").annotate(total=Sum("amount"))
    given = dict(sums)
    return {giver: given.get(giver.value, ZERO) for giver in OtherAid.Giver}


def deductible_aid_of_year(person: Person, year: int) -> Decimal:
    """Yuan of the year from other departments: government, union, disabled federation, Red Cross.

    With what unions and civil affairs reported in files of their own, and what insurers reported
    without a bill.
    """
    aid = aid_of_year(person, year).filter(giver__in=DEDUCTIBLE_GIVERS)
    total: Decimal = aid.aggregate(total=Sum("amount"))["total"] or ZERO
    return total + later_aid_of_year(person, year)


def bill_warnings(person: Person, year: int) -> dict[int, list[str]]:
    """What a reviewer should look at among the bills of a year, by bill, in four queries at most.

    Two bills of one day, hospital and total may be one bill entered twice; nobody lies in two
    hospital beds at once. Neither is refused: a stay may really be settled in two parts.
    """
    warnings: dict[int, list[str]] = {}
    bills = list(bills_of_year(person, year))
    places = institutions_of(bills)
    for bill in bills if places is not None else ():
        if bill.pk not in (places or {}):
            warnings.setdefault(bill.pk, []).append(not_designated())
    for one, other in combinations(bills, 2):
        for sentence in _compare(one, other):
            warnings.setdefault(one.pk, []).append(sentence % {"bill": str(other)})
            warnings.setdefault(other.pk, []).append(sentence % {"bill": str(one)})
    for payment in later_payments_of(person).filter(benefit_year=year, settlement__isnull=False):
        sentence = _(
            "%(payer)s paid %(amount)s for it on %(day)s; the estimate deducts that,"
            " so other accepted figures must leave it out."
        ) % {
            "payer": payment.get_payer_display(),
            "amount": yuan(payment.amount),
            "day": payment.paid_on.isoformat(),
        }
        assert payment.settlement_id is not None
        warnings.setdefault(payment.settlement_id, []).append(sentence)
    return warnings


def _compare(one: Settlement, other: Settlement) -> Iterator[str]:
    if (one.settled_on, one.institution, one.total) == (
        other.settled_on,
        other.institution,
        other.total,
    ):
        yield _("Same day, hospital and total as the bill %(bill)s: entered twice?")
    if _stays_overlap(one, other):
        yield _("The stay overlaps with that of the bill %(bill)s.")


def _stays_overlap(one: Settlement, other: Settlement) -> bool:
    """Both inpatient, and sharing more than the day of a transfer."""
    if one.setting != Setting.INPATIENT or other.setting != Setting.INPATIENT:
        return False
    if not (one.service_from and one.service_to and other.service_from and other.service_to):
        return False
    return one.service_from < other.service_to and other.service_from < one.service_to
