"""How a burden arose: what a person's care cost, and what each payer took off, up to a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import Person
from assistance.registry.queries import held_by
from assistance.settlements.models import LaterPayment, Payer, Settlement
from assistance.shared.money import ZERO

# In the order in which they pay (ZS22 0.3); what assistance granted later counts with assistance.
BILL_PAYERS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("basic", _("Basic insurance"), ()),
    ("supplementary", _("Supplementary insurance"), (Payer.SUPPLEMENTARY,)),
    ("big_illness", _("Big-illness insurance"), ()),
    ("", _("Rare-disease fund"), (Payer.RARE_FUND,)),
    ("assistance", _("Medical assistance"), (Payer.ASSISTANCE,)),
    ("", _("Huimin insurance"), (Payer.HUIMIN,)),
)


class Layer(NamedTuple):
    """What one payer took off, and what was left after it; in yuan."""

    name: str | Promise
    amount: Decimal
    left: Decimal


class Layers(NamedTuple):
    total: Decimal
    in_scope: Decimal
    layers: tuple[Layer, ...]
    own_total: Decimal


def layers_of(person: Person, year: int, as_of: date, *, in_scope: bool = False) -> Layers:
    """The cost of the year up to `as_of` and what each payer took off it, of all records of this human.

    `in_scope` follows the in-scope cost alone, as a bottom-line list does: what lies outside is the first
    layer. As known today; a list drawn up earlier may have known less.
    """
    bills = held_by(Settlement.objects.filter(benefit_year=year, settled_on__lte=as_of), person)
    columns = ["total", "in_scope", *(column for column, _name, _payers in BILL_PAYERS if column)]
    sums = bills.aggregate(**{f"{one}_sum": Sum(one, default=ZERO) for one in columns})
    later = _later(person, year, as_of, in_scope=in_scope)
    left: Decimal = sums["total_sum"]
    told: list[Layer] = []
    if in_scope and left != sums["in_scope_sum"]:
        outside, left = left - sums["in_scope_sum"], sums["in_scope_sum"]
        told.append(Layer(_("Outside the scope"), outside, left))
    for column, name, payers in BILL_PAYERS:
        amount = sums[f"{column}_sum"] if column else ZERO
        amount += sum((later.get(payer, ZERO) for payer in payers), ZERO)
        left -= amount
        if amount:
            told.append(Layer(name, amount, left))
    return Layers(sums["total_sum"], sums["in_scope_sum"], tuple(told), left)


def _later(person: Person, year: int, as_of: date, *, in_scope: bool) -> dict[str, Decimal]:
    """What further payers gave, counted on the day of its bill, or else on its own."""
    rows = held_by(LaterPayment.objects.filter(benefit_year=year), person)
    if as_of < date(year, 12, 31):
        day = Coalesce("settlement__settled_on", Greatest("paid_on", Value(date(year, 1, 1))))
        rows = rows.annotate(day=day).filter(day__lte=as_of)
    part: Any = Coalesce("in_scope_part", "amount") if in_scope else F("amount")
    return dict(rows.order_by().values_list("payer").annotate(sum=Sum(part)))
