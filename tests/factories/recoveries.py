"""Awards that the bank has paid, and claims on them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from assistance.accounts.models import User
from assistance.entitlements.models import Bucket
from assistance.entitlements.operations import grant, lock_year
from assistance.payments.models import Award, FundYear, Recovery, RecoveryEntry
from assistance.payments.operations import Finding, record_repayment, settle_claims
from assistance.registry.models import Person
from tests.factories.accounts import Cast
from tests.factories.payments import AT, LATER, make_award, make_batch, read_answer

FINDING = Finding(
    source="TEST-CASE/1", reason=Recovery.Reason.FIGURES, explanation="一次住院费用重复计入。"
)


def make_paid_award(
    cast: Cast, fund_year: FundYear, amount: str = "7500.00", *, person: Person | None = None
) -> Award:
    """Granted in the person-year of 2025 and paid by the bank."""
    award = make_award(cast, fund_year, amount, person=person)
    with transaction.atomic():
        account = lock_year(award.person, 2025)
        grant(
            account,
            bucket=Bucket.JINGNING,
            amount=award.amount,
            source=award.source,
            actor=cast.approver,
            at=AT,
        )
    read_answer(make_batch(cast, [award], sent=True), actor=cast.payer)
    return Award.objects.select_related("person", "fund_year").get(pk=award.pk)


def claim(
    cast: Cast, award: Award, overpaid: str, *, finding: Finding = FINDING, at: datetime = LATER
) -> list[Recovery]:
    """What the approver's decision on a case does: claims in line with the overpaid sum."""
    return settle_claims(
        award.person,
        award.benefit_year,
        programme=award.programme,
        overpaid=Decimal(overpaid),
        finding=finding,
        actor=cast.approver,
        at=at,
    )


def repay(
    cast: Cast, recovery: Recovery, amount: str, *, slip: str = "回单1", actor: User | None = None
) -> RecoveryEntry:
    return record_repayment(
        recovery,
        amount=Decimal(amount),
        on=LATER.date(),
        reference=slip,
        actor=actor or cast.payer,
        at=LATER,
    )
