"""What is owed to whom, from approval to the batch and after a failed payment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.accounts.operations import next_number
from assistance.payments import permissions
from assistance.payments.models import Award, AwardChange, FundYear
from assistance.payments.operations.ledger import (
    book_release,
    lock_fund_years,
    move_reservation,
    refuse_unless_positive,
)
from assistance.payments.permissions import check
from assistance.payments.queries import obstacle, reservation, reserving, stopped
from assistance.payments.states import AWARD_MOVES, UNSENT_AWARDS, AwardState
from assistance.registry.models import BankAccount, Person
from assistance.shared.errors import Refused


class CannotMove(Refused):
    """The state does not allow it: somebody else was quicker, or it never did."""


def lock_awards(ids: Iterable[int]) -> list[Award]:
    """Lock the awards, lowest id first, and read them with person, account and fund year.

    Locked and read in two statements: a row that changed while we waited would otherwise be joined to
    what it referred to before.
    """
    wanted = Award.objects.filter(pk__in=set(ids)).order_by("pk")
    found = list(wanted.select_for_update().values_list("pk", flat=True))
    rows = Award.objects.select_related("person", "account", "fund_year", "agency", "claim")
    return list(rows.filter(pk__in=found).order_by("pk"))


def move_awards(
    awards: Sequence[Award],
    to: AwardState,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    moves: Mapping[AwardState, frozenset[AwardState]] = AWARD_MOVES,
) -> None:
    """Write the state of locked awards and the rows that tell of it: the only function that does.

    Raises CannotMove, and then changes none, when one of them may not go there.
    """
    for award in awards:
        if to not in moves.get(AwardState(award.state), frozenset()):
            raise CannotMove(
                _("Award %(number)s is “%(state)s” and cannot become “%(to)s”.")
                % {"number": award.number, "state": award.get_state_display(), "to": to.label}
            )
    record_change(awards, to, actor=actor, at=at, reason=reason)
    for award in awards:
        award.state, award.state_since, award.state_reason = to, at, reason
    Award.objects.filter(pk__in=[award.pk for award in awards]).update(
        state=to, state_since=at, state_reason=reason
    )


@transaction.atomic
def create_award(
    *,
    programme: str,
    agency: Agency,
    person: Person,
    account: BankAccount | None,
    amount: Decimal,
    benefit_year: int,
    fund_year: FundYear,
    source: str,
    at: datetime,
    actor: User | None = None,
) -> Award:
    """Make the award of `amount` yuan that was set aside under `source`; a second call returns the first one.

    It is due, or held with the reason when the account cannot be paid to or the person has died. Raises
    Refused unless exactly this amount stands reserved under `source` in this fund year.
    """
    refuse_unless_positive(amount)
    lock_fund_years(fund_year)
    existing = Award.objects.filter(source=source).first()
    if existing is not None:
        return existing
    _refuse_unless_reserved(fund_year, source, amount)
    award = Award(
        number=numbered("JZ", agency, at),
        programme=programme,
        agency=agency,
        # As he is now: the caller may have read him before a death was recorded.
        person=Person.objects.get(pk=person.pk),
        account=account,
        amount=amount,
        benefit_year=benefit_year,
        fund_year=fund_year,
        source=source,
        state_since=at,
        created_at=at,
    )
    _begin(award, actor=actor, at=at)
    return award


def _begin(award: Award, *, actor: User | None, at: datetime) -> None:
    """Due, or held with the reason; the first row of its history."""
    problem = obstacle(award)
    award.state = AwardState.HELD if problem else AwardState.DUE
    award.state_reason = problem or ""
    award.save(force_insert=True)
    AwardChange.objects.create(
        award=award, to_state=award.state, at=at, by=actor, reason=award.state_reason
    )


@transaction.atomic
def hold_award(award: Award, *, reason: str, actor: User, at: datetime) -> Award:
    """Keep a due award out of batches until somebody lets it go. Raises NotAllowed, or Refused without a reason."""
    (award,) = lock_awards([award.pk])
    check(permissions.why_not_hold(actor, award))
    move_awards([award], AwardState.HELD, actor=actor, at=at, reason=given(reason))
    return award


@transaction.atomic
def unhold_award(award: Award, *, actor: User, at: datetime) -> Award:
    """Let a held award be paid. Raises NotAllowed, or Refused while its account, a death or a stop is in the way."""
    (award,) = lock_awards([award.pk])
    check(permissions.why_not_unhold(actor, award))
    refuse(obstacle(award) or stopped(award))
    move_awards([award], AwardState.DUE, actor=actor, at=at)
    return award


@transaction.atomic
def cancel_award(award: Award, *, reason: str, actor: User | None, at: datetime) -> Award:
    """Take an award back for good and release its money; cancelling again changes nothing.

    Only while it is due, held or failed. It is the case that is taken back, so the caller has asked whether
    the actor may do that. Raises CannotMove while it is in a batch or paid.
    """
    (award,) = lock_awards([award.pk])
    if award.state == AwardState.CANCELLED:
        return award
    move_awards([award], AwardState.CANCELLED, actor=actor, at=at, reason=given(reason))
    lock_fund_years(award.fund_year)
    book_release(award.fund_year, award.amount, f"{award.source}:release", actor=actor, at=at)
    return award


@transaction.atomic
def move_to_fund_year(award: Award, fund_year: FundYear, *, actor: User, at: datetime) -> Award:
    """Pay an award of an earlier year out of a later fund year: budget and ledger follow the year of payment.

    Its money is released in the old account and set aside in the new one. Raises NotAllowed for anybody but
    a fund supervisor, NotEnoughMoney, or Refused for another agency or programme or an earlier year.
    """
    (award,) = lock_awards([award.pk])
    check(permissions.why_not_budget(actor, award.fund_year))
    check(permissions.why_not_budget(actor, fund_year))
    if award.state not in UNSENT_AWARDS:
        raise CannotMove(
            _("Award %(number)s is in a batch or has left the office.") % {"number": award.number}
        )
    same = (fund_year.programme, fund_year.source_id) == (
        award.programme,
        award.fund_year.source_id,
    )
    if not same or fund_year.year <= award.fund_year.year:
        raise Refused(_("Choose a later fund account of the same programme."))
    move_reservation(award, fund_year, actor=actor, at=at)
    reason = _("Moved from the fund account of %(old)s to that of %(new)s.") % {
        "old": award.fund_year.year,
        "new": fund_year.year,
    }
    award.fund_year = fund_year
    award.save(update_fields=["fund_year"])
    record_change([award], AwardState(award.state), actor=actor, at=at, reason=reason)
    return award


def given(reason: str) -> str:
    """The reason as written, without blanks around it. Raises Refused when there is none."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("Give a reason."))
    return reason[:300]


def numbered(prefix: str, agency: Agency, at: datetime) -> str:
    """The next number of the agency and year: JZ-331127-2026-00012."""
    year = localdate(at).year
    return f"{prefix}-{agency.code}-{year}-{next_number(f'{prefix}:{agency.code}', year):05d}"


def record_change(
    awards: Sequence[Award], to: AwardState, *, actor: User | None, at: datetime, reason: str
) -> None:
    """Leave the row that the award's page tells of; the state itself is not written."""
    AwardChange.objects.bulk_create(
        AwardChange(
            award=award, from_state=award.state, to_state=to, at=at, by=actor, reason=reason
        )
        for award in awards
    )


def _refuse_unless_reserved(fund_year: FundYear, source: str, amount: Decimal) -> None:
    entry = reserving(source)
    if entry is None or entry.fund_year_id != fund_year.pk or reservation(source) != amount:
        raise Refused(
            _("Exactly this amount has to be set aside under %(reference)s before the award.")
            % {"reference": source}
        )


def refuse(sentence: str | None) -> None:
    """Raise Refused with the sentence, if there is one."""
    if sentence:
        raise Refused(sentence)
