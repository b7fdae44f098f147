"""Claiming back what a decision found to be paid too much, and taking off a claim what it did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.operations import lock_year
from assistance.payments.models import Award, Recovery, RecoveryEntry
from assistance.payments.operations.awards import given, lock_awards, numbered
from assistance.payments.operations.recoveries import renew_state
from assistance.payments.queries import figures, unclaimed
from assistance.payments.states import AwardState
from assistance.registry.models import Person
from assistance.registry.queries import held_by
from assistance.shared.errors import Refused
from assistance.shared.money import ZERO, yuan

Kind = RecoveryEntry.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why money is claimed back, and which case says so."""

    source: str
    reason: Recovery.Reason
    explanation: str


@transaction.atomic
def settle_claims(
    person: Person,
    year: int,
    *,
    programme: str,
    overpaid: Decimal,
    finding: Finding,
    actor: User,
    at: datetime,
) -> list[Recovery]:
    """Bring what is claimed back for a person and benefit year in line with `overpaid`, in yuan.

    More than is claimed opens recoveries, newest award first, never more than an award was paid. Less
    takes the difference off the open claims. What was waived stays waived. Returns what was opened. Call
    it with the person-year locked; the caller has asked whether the actor may decide the case. Raises
    Refused while a repayment waits for confirmation or money of the year has not left the office.
    """
    lock_year(person, year)
    awards = lock_awards(
        held_by(Award.objects.all(), person)
        .filter(benefit_year=year, programme=programme)
        .values_list("pk", flat=True)
    )
    claims = list(Recovery.objects.select_for_update().filter(award__in=awards).order_by("-id"))
    _refuse_unconfirmed(claims)
    difference = overpaid - sum((figures(claim).standing for claim in claims), ZERO)
    if difference > ZERO:
        _refuse_unpaid(awards)
        return _open(awards, difference, finding, actor=actor, at=at)
    _reduce(claims, -difference, finding, actor=actor, at=at)
    return []


@transaction.atomic
def drop_claims(award: Award, *, reason: str, actor: User | None, at: datetime) -> None:
    """Take off what is still claimed back of an award that was cancelled: it came back unpaid.

    Call it with the person-year locked. Raises Refused while an entry waits for confirmation.
    """
    (award,) = lock_awards([award.pk])
    claims = list(Recovery.objects.select_for_update().filter(award=award).order_by("-id"))
    _refuse_unconfirmed(claims)
    whole = sum((figures(claim).outstanding for claim in claims), ZERO)
    finding = Finding(
        source=f"{award.number}:cancelled", reason=Recovery.Reason.FACTS, explanation=reason
    )
    _reduce(claims, whole, finding, actor=actor, at=at)


def _refuse_unconfirmed(claims: Sequence[Recovery]) -> None:
    waiting = RecoveryEntry.objects.filter(
        recovery__in=claims, confirmed_at__isnull=True, rejected_at__isnull=True
    ).select_related("recovery")
    entry = waiting.first()
    if entry is not None:
        raise Refused(
            _("An entry of recovery %(number)s waits for the fund supervisor: it is decided first.")
            % {"number": entry.recovery.number}
        )


def _refuse_unpaid(awards: Sequence[Award]) -> None:
    for award in awards:
        if award.state not in (AwardState.PAID, AwardState.CANCELLED):
            raise Refused(
                _(
                    "Award %(number)s is “%(state)s”: nothing can be claimed back before it is paid. "
                    "Reopen its case instead, or wait for the bank's answer."
                )
                % {"number": award.number, "state": award.get_state_display()}
            )


def _open(
    awards: Sequence[Award], amount: Decimal, finding: Finding, *, actor: User, at: datetime
) -> list[Recovery]:
    opened = []
    for award in sorted(awards, key=lambda award: -award.pk):
        part = min(amount, unclaimed(award))
        if part <= ZERO:
            continue
        opened.append(
            Recovery.objects.create(
                number=numbered("ZH", award.agency, at),
                award=award,
                person=award.person,
                agency=award.agency,
                programme=award.programme,
                benefit_year=award.benefit_year,
                amount=part,
                reason=finding.reason,
                explanation=given(finding.explanation),
                source=f"{finding.source}:{award.pk}",
                opened_by=actor,
                opened_at=at,
            )
        )
        amount -= part
    if amount > ZERO:
        raise Refused(
            _("%(amount)s yuan more were granted than the awards of the year have paid.")
            % {"amount": yuan(amount)}
        )
    return opened


def _reduce(
    claims: Sequence[Recovery],
    amount: Decimal,
    finding: Finding,
    *,
    actor: User | None,
    at: datetime,
) -> None:
    """A later decision found less: the newest claims shrink first, waived parts stay waived."""
    for claim in claims:
        part = min(amount, figures(claim).outstanding)
        if part <= ZERO:
            continue
        RecoveryEntry.objects.create(
            recovery=claim,
            kind=Kind.REDUCTION,
            amount=part,
            on=localdate(at),
            reference=finding.source[:60],
            note=finding.explanation[:300],
            entered_at=at,
            confirmed_by=actor,
            confirmed_at=at,
        )
        renew_state(claim)
        amount -= part
