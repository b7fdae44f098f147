"""Claiming back bottom-line money that turns out too much after it was paid.

Late insurance money, a reversed bill or charity lowers a burden whose gap has been paid already. A reviewer
proposes, an approver decides; what opens are recoveries like any other. Locks: person-year, list, case, awards.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.payments.models import Programme, Recovery
from assistance.payments.operations import Finding, settle_claims
from assistance.payments.operations.awards import given
from assistance.payments.states import AwardState
from assistance.policies.operations import store_assessment
from assistance.screening import meeting_permissions as permissions
from assistance.screening.meeting_permissions import check
from assistance.screening.models import BottomLineCase, BottomLineClaim
from assistance.screening.operations.case_work import lock_case
from assistance.screening.queries.overpaid import Overpaid, awarded_of_year, overpaid, to_claim
from assistance.screening.states import BottomLineState, ClaimState
from assistance.shared.errors import Refused
from assistance.shared.money import ZERO


@transaction.atomic
def propose_claim(
    case: BottomLineCase, *, kind: str, explanation: str, actor: User, at: datetime
) -> BottomLineClaim:
    """Propose to claim back what of the year's bottom-line money is too much on today's facts.

    The amount is computed, never typed. Where less is too much than is claimed already, the difference is
    taken off. Raises NotAllowed, or Refused before everything of the year is paid, at another case than the
    newest of the year, while a proposal is open, or when the claims are in line.
    """
    case = lock_case(case)
    check(permissions.why_not_propose_claim(actor, case))
    if case.claims.filter(state=ClaimState.PROPOSED).exists():
        raise Refused(_("A proposal about this money waits for the approver."))
    found = _computed(case)
    if found.difference == ZERO:
        raise Refused(_("On today's facts nothing more is too much than is claimed back already."))
    assessment = store_assessment(
        person=case.person,
        benefit_year=case.list.run.period.year,
        version=case.list.run.version,
        facts=found.facts,
        answer=found.result,
        amount=found.due,
        actor=actor,
        at=at,
    )
    return BottomLineClaim.objects.create(
        case=case,
        overpaid=found.amount,
        claimed_before=found.claimed,
        reason=Recovery.Reason(kind),
        explanation=given(explanation)[:400],
        assessment=assessment,
        proposed_by=actor,
        proposed_at=at,
    )


@transaction.atomic
def agree_claim(claim: BottomLineClaim, *, actor: User, at: datetime) -> list[Recovery]:
    """Agree as the second person: the recoveries open, out of the newest award first, or shrink.

    Raises NotAllowed, or Refused where the figures are no longer those of the proposal.
    """
    claim = _locked(claim)
    check(permissions.why_not_decide_claim(actor, claim))
    found = _computed(claim.case)
    if (found.amount, found.claimed) != (claim.overpaid, claim.claimed_before):
        raise Refused(
            _(
                "The figures have changed since the proposal: turn it down and have it proposed anew."
            )
        )
    opened = settle_claims(
        claim.case.person,
        claim.case.list.run.period.year,
        programme=Programme.BOTTOM_LINE,
        overpaid=found.amount,
        finding=Finding(
            source=f"{claim.case.number}/{claim.pk}",
            reason=Recovery.Reason(claim.reason),
            explanation=claim.explanation,
        ),
        actor=actor,
        at=at,
    )
    _decide(claim, ClaimState.AGREED, actor=actor, at=at)
    BottomLineCase.objects.filter(pk=claim.case_id).update(to_claim=ZERO)
    return opened


@transaction.atomic
def turn_down_claim(
    claim: BottomLineClaim, *, reason: str, actor: User, at: datetime
) -> BottomLineClaim:
    """Nothing is claimed back; it may be proposed anew. Raises NotAllowed, or Refused without a reason."""
    claim = _locked(claim)
    check(permissions.why_not_decide_claim(actor, claim))
    claim.decided_because = given(reason)[:400]
    _decide(claim, ClaimState.TURNED_DOWN, actor=actor, at=at)
    return claim


def lower_claims(case: BottomLineCase, *, actor: User, at: datetime) -> None:
    """Take off the claims of the year what a further award has netted: it is not asked for twice.

    A new award is computed as if all earlier money were kept, so it is lower by what is claimed and has not
    come back. Call it with the person-year locked. Raises Refused while a repayment waits for confirmation.
    """
    found = overpaid(case)
    if found.problem or found.difference >= ZERO:
        return
    period = case.list.run.period
    settle_claims(
        case.person,
        period.year,
        programme=Programme.BOTTOM_LINE,
        overpaid=found.amount,
        finding=Finding(
            source=case.number,
            reason=Recovery.Reason.FACTS,
            explanation=_("Netted by the award of case %(number)s.") % {"number": case.number},
        ),
        actor=actor,
        at=at,
    )


def look_at_paid(on: date) -> int:
    """Note at each paid case of this and the last two years what is to be claimed back on today's facts; how many
    notes changed. It claims nothing: a person proposes."""
    changed = 0
    paid = BottomLineCase.objects.filter(
        state=BottomLineState.AWARDED, list__run__period__year__gte=on.year - 2
    ).select_related("person", "entry", "list__run__period", "list__run__version")
    for case in paid.order_by("id").iterator(chunk_size=500):
        found = to_claim(case)
        if found != case.to_claim:
            changed += BottomLineCase.objects.filter(pk=case.pk).update(to_claim=found)
    return changed


def _locked(claim: BottomLineClaim) -> BottomLineClaim:
    case = lock_case(claim.case)
    BottomLineClaim.objects.select_for_update().get(pk=claim.pk)
    claim = BottomLineClaim.objects.get(pk=claim.pk)
    claim.case = case
    return claim


def _computed(case: BottomLineCase) -> Overpaid:
    """The figures of the year, refused where they cannot be decided on."""
    awards = list(awarded_of_year(case))
    if awards and awards[0].case_id != case.pk:
        raise Refused(
            _("Money of the year is claimed back at its newest case, %(number)s.")
            % {"number": awards[0].case.number}
        )
    for row in awards:
        if row.award is not None and row.award.state != AwardState.PAID:
            raise Refused(
                _("Award %(number)s is not paid yet: take it back instead.")
                % {"number": row.award.number}
            )
    found = overpaid(case)
    if found.problem:
        raise Refused(found.problem)
    return found


def _decide(claim: BottomLineClaim, state: ClaimState, *, actor: User, at: datetime) -> None:
    claim.state, claim.decided_by, claim.decided_at = state, actor, at
    claim.save(update_fields=["state", "decided_by", "decided_at", "decided_because"])
