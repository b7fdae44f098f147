"""Bottom-line money of a year that turns out too much once more is known: what is to come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from assistance.accounts.models import User
from assistance.calculation import BottomLineResult, Outcome, bottom_line
from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.models import Programme
from assistance.payments.queries import standing_claims
from assistance.payments.states import AwardState
from assistance.policies.queries import pack_of
from assistance.policies.wording import refusal
from assistance.registry.queries import records
from assistance.screening.models import BottomLineCase, BottomLineClaim, Resolution
from assistance.screening.queries.bottom_line import CaseFacts, cases_visible_to, facts_of
from assistance.screening.states import BottomLineState, ClaimState
from assistance.shared.money import ZERO, from_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Overpaid:
    """What the year's bottom-line money should be on today's facts, and what it is; in yuan.

    `due` is what the rule grants, with what meetings granted above its proposals; `kept` what was granted
    and not repaid; `claimed` what is claimed back already, or was waived. `problem` says why nothing can be computed.
    """

    facts: CaseFacts
    result: BottomLineResult
    due: Decimal
    kept: Decimal
    claimed: Decimal
    problem: str = ""

    @property
    def amount(self) -> Decimal:
        """What is too much of the year's money."""
        return max(ZERO, self.kept - self.due)

    @property
    def difference(self) -> Decimal:
        """What is to be claimed back further; below zero, what is claimed without ground."""
        return self.amount - self.claimed


def awarded_of_year(case: BottomLineCase) -> QuerySet[Resolution]:
    """The resolutions of which this human has an award for the year, at whatever agency; the newest first."""
    standing = Resolution.objects.filter(
        case__person__in=records(case.person).values("pk"),
        case__list__run__period__year=case.list.run.period.year,
        award__isnull=False,
        sent_back_at__isnull=True,
    ).exclude(award__state=AwardState.CANCELLED)
    rows = standing.select_related(
        "award",
        "case__person",
        "case__entry",
        "case__list__run__period",
        "case__list__run__version",
    )
    return rows.order_by("-case__list__run__as_of", "-id")


def overpaid(case: BottomLineCase) -> Overpaid:
    """Compare the money of the year with what the rule grants on today's facts, as of the case's quarter.

    Asked of the newest case of the year: its burden holds that of the quarters before, so that what all
    quarters were paid is compared with one entitlement (AMB-31). Writes nothing.
    """
    period, pack = case.list.run.period, pack_of(case.list.run.version)
    facts, result = _looked(case)
    found = Overpaid(
        facts=facts,
        result=result,
        due=ZERO,
        kept=max(ZERO, granted(case.person, period.year, Bucket.BOTTOM_LINE)),
        claimed=standing_claims(case.person, period.year, Programme.BOTTOM_LINE),
    )
    if result.outcome != Outcome.AMOUNT:
        return replace(found, problem=" ".join(refusal(one) for one in result.refusals))
    given = list(awarded_of_year(case))
    if pack.says("bottom_line_nets_earlier", "yes"):
        # The newest proposal took everything given before into account, also what was above an earlier one.
        return replace(found, due=_due(case, given[:1]))
    counted = {case.pk: case} | {row.case_id: row.case for row in given}
    due = (_due(one, [row for row in given if row.case_id == pk]) for pk, one in counted.items())
    return replace(found, due=sum(due, ZERO))


def _looked(case: BottomLineCase) -> tuple[CaseFacts, BottomLineResult]:
    """The answer of the rule as if nothing had been given yet."""
    facts = facts_of(case)
    facts = replace(facts, person=replace(facts.person, paid_before=0))
    return facts, bottom_line([facts.person], facts.run_date, pack_of(case.list.run.version))


def _due(case: BottomLineCase, given: Sequence[Resolution]) -> Decimal:
    """What the rule grants; what these resolutions granted above it stays, as far as the person bears so much."""
    _facts, result = _looked(case)
    (row,) = result.rows
    if not row.amount:
        return ZERO
    extra = sum((max(ZERO, (one.amount or ZERO) - one.proposed) for one in given), ZERO)
    return min(from_fen(row.amount) + extra, from_fen(row.after_other_aid))


def to_claim(case: BottomLineCase) -> Decimal:
    """What is to be claimed back further at this case, in yuan, below zero what is claimed without ground.

    Nothing where another case of the year is newer, an award of the year is not paid, or nothing can be computed.
    """
    if case.state != BottomLineState.AWARDED:
        return ZERO
    awards = list(awarded_of_year(case))
    if not awards or awards[0].case_id != case.pk:
        return ZERO
    if any(row.award is None or row.award.state != AwardState.PAID for row in awards):
        return ZERO
    found = overpaid(case)
    return ZERO if found.problem else found.difference


def paid_too_much(user: User) -> QuerySet[BottomLineCase]:
    """Cases of which money is to be claimed back, or about which a proposal waits for the approver."""
    waiting = Exists(BottomLineClaim.objects.filter(case=OuterRef("pk"), state=ClaimState.PROPOSED))
    rows = cases_visible_to(user).annotate(waits=waiting)
    return rows.filter(~Q(to_claim=0) | Q(waits=True)).order_by("-to_claim", "id")
