"""Paying the heirs of somebody who has died: entered by one person, confirmed by another.

A person's row is locked before an award's, as an account is entered on the record in the same step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.models import StoredFile
from assistance.files.operations import keep
from assistance.payments.models import Award, ClaimPaper, Heir, HeirClaim
from assistance.payments.operations.awards import (
    given,
    lock_awards,
    move_awards,
    record_change,
    refuse,
)
from assistance.payments.permissions import check, why_not_claim, why_not_decide_claim
from assistance.payments.queries import LIVE_CLAIM, live_claim, obstacle, stopped
from assistance.payments.states import AwardState
from assistance.registry.documents import TYPED_TYPES, number_of
from assistance.registry.models import AccountReason, BankAccount, CertificateType
from assistance.registry.numbers import account_digest, account_number
from assistance.registry.operations import add_account, check_account
from assistance.registry.queries import held_by
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_account

State = HeirClaim.State
Kind = ClaimPaper.Kind
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeirFacts:
    """An heir as he is typed; of several the first is the one who is paid."""

    name: str
    id_number: str
    relation: str
    share: Decimal | None = None
    certificate_type: str = CertificateType.RESIDENT_ID


@dataclass(frozen=True, slots=True)
class _Card:
    """The heir's account as it is typed."""

    bank: str
    number: str
    confirmed: bool


@transaction.atomic
def enter_claim(
    award: Award,
    *,
    heirs: Sequence[HeirFacts],
    bank: str,
    number: str,
    number_confirmed: bool = False,
    papers: Mapping[str, File[Any] | None],
    note: str = "",
    actor: User,
    at: datetime,
) -> HeirClaim:
    """Enter who inherits, with papers and the account of the heir who is paid for all; the award is held.

    `papers` by `ClaimPaper.Kind`: the death and the kinship always, the agreement of all where there are
    several heirs. Raises NotAllowed, or Refused for what is lacking or while another claim is under way.
    """
    # As it is now: a death may have been recorded after the caller read the person.
    award = Award.objects.select_related("person").get(pk=award.pk)
    check(why_not_claim(actor, award))
    heirs = _checked(award, heirs, at=at)
    _refuse_missing_papers(papers, several=len(heirs) > 1)
    kept = {
        kind: keep(paper, actor=actor, at=at) for kind, paper in papers.items() if paper is not None
    }
    card = _Card(bank, number, number_confirmed)
    account = _account_of(award, heirs[0], kept, card, actor=actor, at=at)
    (award,) = lock_awards([award.pk])
    check(why_not_claim(actor, award))
    if live_claim(award) is not None:
        raise Refused(_("A claim of the heirs is under way for this award already."))
    claim = HeirClaim.objects.create(
        award=award,
        payee_name=heirs[0].name,
        account=account,
        note=note.strip(),
        entered_at=at,
        entered_by=actor,
    )
    _write_heirs(claim, heirs, kept)
    _hold(award, claim, actor=actor, at=at)
    return claim


def _hold(award: Award, claim: HeirClaim, *, actor: User, at: datetime) -> None:
    """A due award waits from now on for the second person; the history says for whom."""
    reason = _("Claim of the heirs entered: %(payee)s.") % {"payee": claim.payee_name}
    if award.state == AwardState.DUE:
        move_awards([award], AwardState.HELD, actor=None, at=at, reason=obstacle(award) or reason)
    record_change([award], AwardState(award.state), actor=actor, at=at, reason=reason)


@transaction.atomic
def confirm_claim(award: Award, *, number: str, actor: User, at: datetime) -> HeirClaim:
    """Confirm the claim that waits, as the second person, with the account number typed from the card.

    The award goes to the heir's account. One that the system held is due then; one that somebody held, or
    that failed, waits for the payment office. Raises NotAllowed or Refused.
    """
    (award,) = lock_awards([award.pk])
    claim = live_claim(award)
    check(why_not_decide_claim(actor, award, claim))
    if claim is None or claim.state != State.ENTERED:
        raise Refused(_("This claim was confirmed before."))
    if award.person.died_on is None:
        raise Refused(_("No death is entered for this person."))
    if account_number(number) != claim.account.number:
        raise Refused(_("This is not the number that was entered. Compare it with the card."))
    if claim.account.checked_at is None:
        check_account(claim.account, actor=actor, at=at)
    _decide(claim, State.CONFIRMED, actor=actor, at=at)
    claim.account.refresh_from_db()
    award.claim, award.account = claim, claim.account
    refuse(obstacle(award))
    award.save(update_fields=["claim", "account"])
    _let_go(award, claim, actor=actor, at=at)
    return claim


@transaction.atomic
def refuse_claim(award: Award, *, reason: str, actor: User, at: datetime) -> HeirClaim:
    """Set a claim aside, confirmed or not, while the money is in the office; another may be entered then.

    Raises NotAllowed, or Refused without a reason.
    """
    (award,) = lock_awards([award.pk])
    claim = live_claim(award)
    check(why_not_decide_claim(actor, award, claim))
    assert claim is not None
    reason = given(reason)
    _decide(claim, State.REFUSED, reason, actor=actor, at=at)
    _take_off(award, _("Claim of the heirs set aside: %(reason)s") % {"reason": reason}, actor, at)
    return claim


def _checked(award: Award, heirs: Sequence[HeirFacts], *, at: datetime) -> list[HeirFacts]:
    """The heirs in their written form. Raises Refused with the first thing that cannot be."""
    if not heirs:
        raise Refused(_("Name the heir who is paid."))
    clean = [
        HeirFacts(
            name=heir.name.strip(),
            id_number=_document(heir, at=at),
            relation=heir.relation,
            share=heir.share,
            certificate_type=heir.certificate_type,
        )
        for heir in heirs
    ]
    numbers = [(heir.certificate_type, heir.id_number) for heir in clean]
    if (award.person.certificate_type, award.person.id_number) in numbers:
        raise Refused(_("The person who has died cannot be an heir."))
    if len(set(numbers)) < len(numbers):
        raise Refused(_("The same id number stands with two heirs."))
    shares = [heir.share for heir in clean if heir.share is not None]
    complete = len(shares) == len(clean) and sum(shares) == WHOLE and min(shares) > 0
    if shares and not complete:
        raise Refused(_("Give no shares, or shares of all heirs that make 100 percent."))
    return clean


def _document(heir: HeirFacts, *, at: datetime) -> str:
    if not heir.name.strip() or heir.relation not in Heir.Relation.values:
        raise Refused(_("Every heir needs name, id number and relation."))
    if heir.certificate_type not in TYPED_TYPES:
        raise Refused(_("Choose the document of every heir from the list."))
    try:
        return number_of(heir.id_number, heir.certificate_type, on=localdate(at))
    except Refused as error:
        raise Refused(f"{heir.name}: {error}") from error


def _refuse_missing_papers(papers: Mapping[str, File[Any] | None], *, several: bool) -> None:
    wanted = [Kind.DEATH, Kind.KINSHIP, *([Kind.AGREEMENT] if several else [])]
    missing = [str(kind.label) for kind in wanted if papers.get(kind) is None]
    if missing:
        raise Refused(_("These papers are missing: %(papers)s.") % {"papers": ", ".join(missing)})


def _account_of(
    award: Award,
    payee: HeirFacts,
    kept: Mapping[str, StoredFile],
    card: _Card,
    *,
    actor: User,
    at: datetime,
) -> BankAccount:
    """The heir's account on the record of the person: the one entered before, or a new one."""
    digest = account_digest(account_number(card.number))
    rows = BankAccount.objects.filter(number_digest=digest, retired_at=None)
    known = held_by(rows, award.person).first()
    if known is not None:
        if known.reason == AccountReason.HEIR and known.holder_name == payee.name:
            return known
        raise Refused(
            _("Account %(number)s stands on the record already, but not as that of this heir.")
            % {"number": mask_account(known.number)}
        )
    return add_account(
        award.person,
        number=card.number,
        bank=card.bank,
        holder_name=payee.name,
        reason=AccountReason.HEIR,
        paper=kept.get(Kind.AGREEMENT) or kept[Kind.KINSHIP],
        number_confirmed=card.confirmed,
        actor=actor,
        at=at,
    )


def _write_heirs(
    claim: HeirClaim, heirs: Sequence[HeirFacts], kept: Mapping[str, StoredFile]
) -> None:
    Heir.objects.bulk_create(
        Heir(
            claim=claim,
            position=position,
            name=heir.name,
            certificate_type=heir.certificate_type,
            id_number=heir.id_number,
            relation=heir.relation,
            share=heir.share,
            receives=position == 1,
        )
        for position, heir in enumerate(heirs, start=1)
    )
    ClaimPaper.objects.bulk_create(
        ClaimPaper(claim=claim, kind=kind, file=file) for kind, file in kept.items()
    )


def _decide(
    claim: HeirClaim, state: State, reason: str = "", *, actor: User | None, at: datetime
) -> None:
    claim.state, claim.state_reason = state, reason
    fields = ["state", "state_reason"]
    if actor is not None:
        claim.decided_by, claim.decided_at = actor, at
        fields += ["decided_by", "decided_at"]
    claim.save(update_fields=fields)


def _let_go(award: Award, claim: HeirClaim, *, actor: User, at: datetime) -> None:
    """Due at once where the system held it; whoever held it by hand lets it go himself."""
    reason = _("Claim of the heirs confirmed: paid to %(payee)s.") % {"payee": claim.payee_name}
    last = award.changes.filter(to_state=AwardState.HELD).exclude(from_state=AwardState.HELD).last()
    by_the_system = last is not None and last.by_id is None
    if award.state == AwardState.HELD and by_the_system and stopped(award) is None:
        move_awards([award], AwardState.DUE, actor=actor, at=at, reason=reason)
        return
    record_change([award], AwardState(award.state), actor=actor, at=at, reason=reason)


def _take_off(award: Award, reason: str, actor: User | None, at: datetime) -> None:
    """Nobody is paid by a claim any more: a due award is held, another keeps its state."""
    award.claim = None
    award.save(update_fields=["claim"])
    reason = reason[:300]
    if award.state == AwardState.DUE:
        move_awards([award], AwardState.HELD, actor=actor, at=at, reason=reason)
    else:
        record_change([award], AwardState(award.state), actor=actor, at=at, reason=reason)


def void_claim(award: Award, *, at: datetime) -> None:
    """The person is alive: a live claim of a locked award ends, by the system."""
    claim = award.heir_claims.filter(state__in=LIVE_CLAIM).first()
    if claim is None:
        return
    reason = _("The record of death was revoked: the claim of the heirs is void.")
    _decide(claim, State.VOID, reason, actor=None, at=at)
    _take_off(award, reason, None, at)
