"""What a bill must satisfy before it is booked (specification 0.9, B-03, AMB-62): full sentences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from assistance.registry.models import Person
from assistance.settlements.models import Settlement
from assistance.shared.errors import Refused
from assistance.shared.money import CENT, ZERO, yuan

# numeric(16,2)
LARGEST = Decimal("99999999999999.99")
PAYERS = ("basic", "supplementary", "big_illness", "assistance")
AMOUNTS = ("total", "in_scope", *PAYERS)


def checked_amount(amount: object, label: str) -> Decimal:
    """The amount with two places. Raises Refused unless it is finite, not negative, in whole fen."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise Refused(_("%(field)s: this is not an amount.") % {"field": label})
    if amount < 0:
        raise Refused(_("%(field)s: an amount is not negative.") % {"field": label})
    if amount > LARGEST:
        raise Refused(_("%(field)s: this amount is too large.") % {"field": label})
    in_fen = amount.quantize(CENT)
    if in_fen != amount:
        raise Refused(_("%(field)s: an amount has at most two decimals.") % {"field": label})
    return abs(in_fen)  # a typed "-0" is zero


def check_bill(bill: Settlement, today: date) -> None:
    """Put the bill's amounts and texts in order. Raises Refused for the first thing that is wrong."""
    bill.institution = bill.institution.strip()
    if not bill.institution:
        raise Refused(_("Name the hospital or pharmacy."))
    _check_amounts(bill)
    _check_days(bill, today)
    _check_life(bill)


def check_day(day: date, today: date, label: str) -> None:
    """Raises Refused for a day to come."""
    if day > today:
        raise Refused(
            _("%(field)s: %(day)s is still to come.") % {"field": label, "day": day.isoformat()}
        )


def check_year(person: Person, year: int, today: date) -> None:
    """Raises Refused for a year the person did not live in, or one to come."""
    if not person.born_on.year <= year <= today.year:
        raise Refused(
            _("The year is %(first)d at the earliest and %(last)d at the latest.")
            % {"first": person.born_on.year, "last": today.year}
        )


def _label(name: str) -> str:
    return str(Settlement._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _check_amounts(bill: Settlement) -> None:
    for name in AMOUNTS:
        setattr(bill, name, checked_amount(getattr(bill, name), _label(name)))
    if bill.total == 0:
        raise Refused(_("The total cost of a bill is more than zero."))
    paid = sum((getattr(bill, name) for name in PAYERS), ZERO)
    if paid > bill.total:
        raise Refused(
            _("Insurance and assistance together (%(paid)s) are more than the total (%(total)s).")
            % {"paid": yuan(paid), "total": yuan(bill.total)}
        )
    if bill.in_scope > bill.total:
        raise Refused(
            _("The in-scope cost (%(in_scope)s) is more than the total (%(total)s).")
            % {"in_scope": yuan(bill.in_scope), "total": yuan(bill.total)}
        )
    if bill.insurance > bill.in_scope:
        raise Refused(
            _("Insurance together (%(paid)s) is more than the in-scope cost (%(in_scope)s).")
            % {"paid": yuan(bill.insurance), "in_scope": yuan(bill.in_scope)}
        )


def _check_days(bill: Settlement, today: date) -> None:
    for name in ("settled_on", "service_from", "service_to"):
        day: date | None = getattr(bill, name)
        if day is not None:
            check_day(day, today, _label(name))
    begun, ended = bill.service_from, bill.service_to
    if begun is not None and ended is not None and ended < begun:
        raise Refused(
            _("The discharge on %(ended)s is before the admission on %(begun)s.")
            % {"ended": ended.isoformat(), "begun": begun.isoformat()}
        )
    if begun is not None and bill.settled_on < begun:
        raise Refused(
            _("The bill was settled on %(settled)s, before the admission on %(begun)s.")
            % {"settled": bill.settled_on.isoformat(), "begun": begun.isoformat()}
        )


def _check_life(bill: Settlement) -> None:
    """Treatment begun by the day of death counts whenever it is settled; later treatment does not."""
    person, begun = bill.person, bill.service_from
    if (begun or bill.settled_on) < person.born_on:
        raise Refused(_("The bill is older than the person."))
    if person.died_on is None or (begun or bill.settled_on) <= person.died_on:
        return
    if begun is None:
        raise Refused(
            _("The bill was settled after the death on %(died)s: give the day of admission.")
            % {"died": person.died_on.isoformat()}
        )
    raise Refused(
        _("The treatment began on %(begun)s, after the death on %(died)s.")
        % {"begun": begun.isoformat(), "died": person.died_on.isoformat()}
    )
