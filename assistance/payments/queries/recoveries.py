"""What is claimed back, what has come back, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.payments.models import Award, Instalment, Recovery, RecoveryEntry
from assistance.payments.permissions import AWARD_READERS
from assistance.payments.states import AwardState
from assistance.registry.models import Person
from assistance.registry.queries import held_by
from assistance.shared.money import ZERO

Kind = RecoveryEntry.Kind
MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=16, decimal_places=2)


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of one recovery in yuan; `waiting` is entered and not yet confirmed."""

    amount: Decimal
    repaid: Decimal
    waived: Decimal
    reduced: Decimal
    waiting: Decimal

    @property
    def outstanding(self) -> Decimal:
        return self.amount - self.repaid - self.waived - self.reduced

    @property
    def enterable(self) -> Decimal:
        """What may still be entered without going over the claim."""
        return self.outstanding - self.waiting

    @property
    def standing(self) -> Decimal:
        """What of the money the person has kept is spoken for: still claimed, or waived."""
        return self.outstanding + self.waived


def figures(recovery: Recovery) -> Figures:
    """The recovery's sums. Decide on them only with its row locked."""
    found: dict[str, Decimal] = {}
    waiting = ZERO
    for kind, amount, confirmed, rejected in recovery.entries.values_list(
        "kind", "amount", "confirmed_at", "rejected_at"
    ):
        if rejected is not None:
            continue
        if confirmed is None:
            waiting += amount
        else:
            found[kind] = found.get(kind, ZERO) + amount
    return Figures(
        recovery.amount,
        found.get(Kind.REPAYMENT, ZERO),
        found.get(Kind.WAIVER, ZERO),
        found.get(Kind.REDUCTION, ZERO),
        waiting,
    )


def unclaimed(award: Award) -> Decimal:
    """What a paid award has paid and nobody has claimed back, in yuan."""
    if award.state != AwardState.PAID:
        return ZERO
    claims = [figures(claim) for claim in award.recoveries.all()]
    paid: Decimal = award.amount
    return paid - sum((claim.amount - claim.reduced for claim in claims), ZERO)


def standing_claims(person: Person, year: int, programme: str) -> Decimal:
    """What the recoveries of a person and benefit year still claim, or have waived, in yuan."""
    claims = held_by(Recovery.objects.all(), person).filter(benefit_year=year, programme=programme)
    return sum((figures(claim).standing for claim in claims), ZERO)


def recoveries_visible_to(user: User) -> QuerySet[Recovery]:
    """Recoveries the user may read, with their sums (`with_figures`); newest first."""
    rows = Recovery.objects.select_related("person__township", "award", "agency")
    if not user.has_role(*AWARD_READERS):
        return rows.none()
    scoped = scope_of(user).filter(rows, township="person__township")
    return with_figures(scoped).order_by("-id")


def unconfirmed_entries(user: User) -> QuerySet[RecoveryEntry]:
    """What a payment officer entered and the fund supervisor has not decided on."""
    waiting = RecoveryEntry.objects.filter(confirmed_at__isnull=True, rejected_at__isnull=True)
    visible = recoveries_visible_to(user).order_by()
    return waiting.filter(recovery__in=visible.values("pk"))


def with_figures(recoveries: QuerySet[Recovery]) -> QuerySet[Recovery]:
    """Per row `repaid`, `waived`, `reduced`, `waiting`, `outstanding` in yuan and `next_due`, in one query."""
    confirmed = {
        name: _sum(Q(kind=kind, confirmed_at__isnull=False))
        for name, kind in (
            ("repaid", Kind.REPAYMENT),
            ("waived", Kind.WAIVER),
            ("reduced", Kind.REDUCTION),
        )
    }
    waiting = _sum(Q(confirmed_at__isnull=True, rejected_at__isnull=True))
    return recoveries.annotate(**confirmed, waiting=waiting).annotate(
        outstanding=F("amount") - F("repaid") - F("waived") - F("reduced")
    )


def _sum(wanted: Q) -> Coalesce:
    entries = RecoveryEntry.objects.filter(wanted, recovery=OuterRef("pk")).order_by()
    total = entries.values("recovery").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total), ZERO, output_field=MONEY)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An instalment with what of it has come back by now."""

    instalment: Instalment
    covered: Decimal
    overdue: bool

    @property
    def open(self) -> Decimal:
        amount: Decimal = self.instalment.amount
        return amount - self.covered


def plan_of(recovery: Recovery, *, today: date) -> list[PlanLine]:
    """The plan in the order of its days, filled by what has come back, been waived or taken off since.

    A plan covers what was outstanding when it was agreed, so its end is filled last.
    """
    rows = list(recovery.instalments.order_by("due_on"))
    left = sum((row.amount for row in rows), ZERO) - figures(recovery).outstanding
    lines = []
    for row in rows:
        covered = min(row.amount, max(left, ZERO))
        left -= covered
        lines.append(PlanLine(row, covered, row.due_on < today and covered < row.amount))
    return lines
