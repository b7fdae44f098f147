"""Who is paid in place of somebody who has died, and what an award that is held waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.payments.models import SECOND_ORDER, Award, ClaimPaper, Heir, HeirClaim
from assistance.payments.queries.awards import (
    account_problem,
    awards_visible_to,
    obstacle,
    stopped,
    wrong_year,
)
from assistance.payments.states import AwardState
from assistance.registry.models import BankAccount, Person

LIVE_CLAIM = frozenset({HeirClaim.State.ENTERED, HeirClaim.State.CONFIRMED})
# Awards that wait for somebody in the office.
WAITING = (AwardState.HELD, AwardState.FAILED)


def live_claim(award: Award) -> HeirClaim | None:
    """The heirs' claim that waits for confirmation or by which the award is paid."""
    return claims_of(award).filter(state__in=LIVE_CLAIM).first()


def claims_of(award: Award) -> QuerySet[HeirClaim]:
    """All claims on the award, newest first, with heirs and papers."""
    heirs = Prefetch("heirs", Heir.objects.order_by("position"))
    papers = Prefetch("papers", ClaimPaper.objects.order_by("pk"))
    rows = award.heir_claims.select_related("account__person", "entered_by", "decided_by")
    return rows.prefetch_related(heirs, papers).order_by("-pk")


def claim_warnings(claim: HeirClaim) -> list[str]:
    """What whoever confirms the claim should look at, as sentences."""
    heirs = list(claim.heirs.all())
    warnings = []
    if any(heir.relation in SECOND_ORDER for heir in heirs):
        warnings.append(
            _(
                "Brothers, sisters and grandparents inherit only where there is no spouse, child or parent "
                "(Civil Code, article 1127)."
            )
        )
    if any(heir.relation == Heir.Relation.WILL for heir in heirs):
        warnings.append(_("An heir by will: the will has to be among the papers."))
    return warnings


def waiting_awards(user: User) -> QuerySet[Award]:
    """Held and failed awards of the user's scope, with what `needed` asks, in a fixed number of queries."""
    claims = Prefetch(
        "heir_claims", HeirClaim.objects.filter(state=HeirClaim.State.ENTERED), "open_claims"
    )
    rows = awards_visible_to(user).filter(state__in=WAITING)
    return rows.prefetch_related("stops", claims, *_accounts_of_all_records())


def _accounts_of_all_records() -> list[Prefetch[str]]:
    """The live accounts of the award's record, of those merged into it and of the one it was merged into."""
    live = BankAccount.objects.filter(retired_at__isnull=True).order_by("-pk")
    accounts = Prefetch("bank_accounts", live, "live_accounts")
    joined = Prefetch("merged_records", Person.objects.prefetch_related(accounts), "joined")
    return [
        Prefetch("person__bank_accounts", live, "live_accounts"),
        Prefetch("person__merged_records", Person.objects.prefetch_related(accounts), "joined"),
        Prefetch("person__merged_into", Person.objects.prefetch_related(accounts, joined)),
    ]


def needed(award: Award, *, at: datetime) -> str:
    """What a row of `waiting_awards` waits for and who does it, as one sentence."""
    halt = stopped(award)
    if halt:
        return halt
    if award.person.died_on is not None and award.claim is None:
        return _needed_of_heirs(award)
    if award.state == AwardState.FAILED and not _other_account(award):
        return _(
            "The township or the window enters the right account, and another person checks it."
        )
    if award.state == AwardState.FAILED:
        return _("A payment officer reissues the payment to the account that was checked.")
    if obstacle(award):
        return _needed_of_account(award)
    late = wrong_year(award.fund_year, at=at)
    return late or _("Nothing stands in the way any more: a payment officer lets it be paid.")


def _needed_of_heirs(award: Award) -> str:
    claims: list[HeirClaim] = award.open_claims  # type: ignore[attr-defined]
    if claims:
        return _("A county reviewer confirms the heirs' claim of %(payee)s.") % {
            "payee": claims[0].payee_name
        }
    return _("The township or the window enters the heirs' claim with its papers.")


def _needed_of_account(award: Award) -> str:
    account = award.account
    if account is not None and account.retired_at is None and account.checked_at is None:
        return _("Another person checks the bank account.")
    if _other_account(award):
        return _("A payment officer points the award to the account that was checked.")
    return _("The township or the window enters the right account, and another person checks it.")


def _other_account(award: Award) -> BankAccount | None:
    """An account of the record, other than the award's, that could be paid to."""
    root: Any = award.person.merged_into or award.person
    accounts: list[BankAccount] = [
        account for record in (root, *root.joined) for account in record.live_accounts
    ]
    for account in sorted(accounts, key=lambda account: -account.pk):
        if account.pk != award.account_id and account_problem(account, award.person) is None:
            return account
    return None
