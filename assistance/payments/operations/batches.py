"""Payment batches: drawn up by one officer, confirmed by another, handed to the bank once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.payments import permissions
from assistance.payments.models import (
    Award,
    AwardStop,
    Batch,
    BatchLine,
    LedgerAccount,
    LedgerTransaction,
)
from assistance.payments.operations.awards import (
    CannotMove,
    given,
    lock_awards,
    move_awards,
    numbered,
)
from assistance.payments.operations.ledger import lock_fund_years, transfer
from assistance.payments.permissions import check
from assistance.payments.queries import (
    batch_file,
    batch_total,
    line_problem,
    live_lines,
    obstacle,
    wrong_year,
)
from assistance.payments.states import (
    BATCH_MOVES,
    HANDED_OUT,
    AwardState,
    BatchState,
    LineOutcome,
)
from assistance.registry.models import AccessLog
from assistance.registry.operations import log_access
from assistance.registry.ties import why_not_close
from assistance.shared.errors import Refused, Stale
from assistance.shared.money import yuan

SHOWN_PROBLEMS = 5
# What one bank file holds; a bank that was asked takes 5 to 1,000 rows a file.
MOST_LINES = 1000


class CannotBatch(Refused):
    """Some of the awards cannot be paid as things stand."""


def lock_batch(batch: Batch) -> tuple[Batch, dict[int, Award]]:
    """Lock the awards of a batch, then the batch; the fresh batch and its awards by id."""
    award_ids = batch.lines.exclude(outcome=LineOutcome.DROPPED).values_list("award_id", flat=True)
    awards = lock_awards(award_ids)
    fresh = Batch.objects.select_for_update().get(pk=batch.pk)
    return fresh, {award.pk: award for award in awards}


def move_batch(batch: Batch, to: BatchState, **fields: Any) -> None:
    """Write the state of a locked batch and the fields that say who did it and when: the only function that does."""
    if to not in BATCH_MOVES[BatchState(batch.state)]:
        raise CannotMove(
            _("Batch %(number)s is “%(state)s” and cannot become “%(to)s”.")
            % {"number": batch.number, "state": batch.get_state_display(), "to": to.label}
        )
    batch.state = to
    for name, value in fields.items():
        setattr(batch, name, value)
    batch.save(update_fields=["state", *fields])


@transaction.atomic
def draw_up_batch(
    *, agency: Agency, programme: str, awards: Iterable[Award], actor: User, at: datetime
) -> Batch:
    """Put due awards into a new batch, each with the account as it is now.

    Raises NotAllowed, or CannotBatch naming the awards that are in another batch, have no account that
    may be paid to, or belong to another programme, agency or fund year than the one of `at`; all are paid
    out of one fund account.
    """
    check(permissions.why_not_draw_up_batch(actor, agency))
    locked = lock_awards(award.pk for award in awards)
    if not locked:
        raise CannotBatch(_("Choose at least one award."))
    if len(locked) > MOST_LINES:
        raise CannotBatch(
            _("A batch holds at most %(most)s awards; make several.") % {"most": MOST_LINES}
        )
    _refuse_unbatchable(locked, actor, agency, programme, at=at)
    batch = Batch.objects.create(
        number=numbered("PC", agency, at),
        programme=programme,
        agency=agency,
        drawn_up_by=actor,
        drawn_up_at=at,
    )
    BatchLine.objects.bulk_create(
        BatchLine(
            batch=batch,
            position=position,
            award=award,
            holder_name=award.account.holder_name if award.account else "",
            bank=award.account.bank if award.account else "",
            account_number=award.account.number if award.account else "",
            amount=award.amount,
        )
        for position, award in enumerate(locked, start=1)
    )
    move_awards(locked, AwardState.BATCHED, actor=actor, at=at, reason=batch.number)
    return batch


def _refuse_unbatchable(
    awards: Sequence[Award], actor: User, agency: Agency, programme: str, *, at: datetime
) -> None:
    problems = []
    for award in awards:
        close = why_not_close(actor, award.person_id)
        if problem := close or _not_payable(award, agency, programme, at=at):
            problems.append(f"{award.number}: {problem}")
    if not problems and len({award.fund_year_id for award in awards}) > 1:
        problems = [_("These awards are paid out of several fund accounts: make a batch for each.")]
    _refuse_all(problems)


@transaction.atomic
def drop_line(
    batch: Batch, line: BatchLine, *, reason: str, actor: User, at: datetime
) -> BatchLine:
    """Take a line out of a batch that has not been handed out; its award is held with the reason.

    Of a confirmed batch the confirmation lapses: the sum is another one now. Raises NotAllowed, or
    Refused for a line that is out already.
    """
    batch, awards = lock_batch(batch)
    check(permissions.why_not_change_batch(actor, batch))
    line = BatchLine.objects.get(pk=line.pk, batch=batch)
    if line.outcome != LineOutcome.PENDING:
        raise Refused(
            _("Line %(position)s is not in the batch any more.") % {"position": line.position}
        )
    check(why_not_close(actor, awards[line.award_id].person_id))
    line.outcome, line.dropped_because = LineOutcome.DROPPED, given(reason)
    line.save(update_fields=["outcome", "dropped_because"])
    move_awards(
        [awards[line.award_id]], AwardState.HELD, actor=actor, at=at, reason=line.dropped_because
    )
    if batch.state == BatchState.CONFIRMED:
        move_batch(batch, BatchState.DRAFT, confirmed_by=None, confirmed_at=None)
    return line


@transaction.atomic
def discard_batch(batch: Batch, *, reason: str, actor: User, at: datetime) -> Batch:
    """Give up a batch that has not been handed out; its awards are due again. Raises NotAllowed or Refused."""
    batch, awards = lock_batch(batch)
    check(permissions.why_not_change_batch(actor, batch))
    reason = given(reason)
    _give_back(list(awards.values()), reason, actor=actor, at=at)
    batch.lines.filter(outcome=LineOutcome.PENDING).update(
        outcome=LineOutcome.DROPPED, dropped_because=reason
    )
    move_batch(
        batch,
        BatchState.DISCARDED,
        discarded_by=actor,
        discarded_at=at,
        discarded_because=reason,
    )
    return batch


def _give_back(awards: Sequence[Award], reason: str, *, actor: User, at: datetime) -> None:
    """Due again; held where something became known about the award while it was in the batch."""
    stops = AwardStop.objects.filter(award__in=awards, lifted_at__isnull=True)
    why = {stop.award_id: stop.reason for stop in stops.order_by("-id")}
    free = [award for award in awards if award.pk not in why]
    move_awards(free, AwardState.DUE, actor=actor, at=at, reason=reason)
    for award in awards:
        if award.pk in why:
            move_awards([award], AwardState.HELD, actor=actor, at=at, reason=why[award.pk])
    stops.update(held=True)


@transaction.atomic
def confirm_batch(
    batch: Batch, *, total: Decimal | None = None, actor: User, at: datetime
) -> Batch:
    """Confirm lines and sum as the second person.

    `total` is the sum the person saw: another one raises Stale. Raises NotAllowed for whoever drew the
    batch up, CannotBatch naming the lines whose person has died or whose account changed meanwhile.
    """
    batch, _awards = lock_batch(batch)
    check(permissions.why_not_confirm_batch(actor, batch))
    _refuse_unpayable(batch, at=at)
    now = batch_total(batch)
    if total is not None and total != now:
        raise Stale(
            _("The batch makes %(now)s yuan now, not %(seen)s. Compare it again.")
            % {"now": yuan(now), "seen": yuan(total)}
        )
    move_batch(batch, BatchState.CONFIRMED, confirmed_by=actor, confirmed_at=at)
    return batch


@transaction.atomic
def send_batch(batch: Batch, *, actor: User, at: datetime) -> Batch:
    """Mark a confirmed batch as handed to the bank and book its money as being with the bank.

    A batch that was handed out before is returned as it is. For people there is `hand_out_file`, which
    also gives the file. Raises NotAllowed, or CannotBatch for lines that may not be paid any more.
    """
    batch, awards = lock_batch(batch)
    check(permissions.why_not_send_batch(actor, batch))
    if batch.state in HANDED_OUT:
        return batch
    _refuse_unpayable(batch, at=at)
    move_awards(list(awards.values()), AwardState.SENT, actor=actor, at=at, reason=batch.number)
    (fund_year,) = lock_fund_years(*{award.fund_year for award in awards.values()})
    transfer(
        fund_year,
        kind=LedgerTransaction.Kind.SEND,
        between=(LedgerAccount.RESERVED, LedgerAccount.IN_TRANSIT),
        amount=batch_total(batch),
        reference=f"{batch.number}:send",
        actor=actor,
        at=at,
    )
    digest = hashlib.sha256(batch_file(batch)).hexdigest()
    move_batch(batch, BatchState.SENT, sent_by=actor, sent_at=at, file_digest=digest)
    return batch


def hand_out_file(batch: Batch, *, actor: User, at: datetime) -> tuple[str, bytes]:
    """The bank file of a batch, as (name, bytes); the first time this sends the batch.

    Handing out happens outside and cannot be taken back, so the state is committed before the bytes exist
    for anybody (call it outside a transaction); if the answer is lost on the way, calling again gives the
    same bytes, is logged again and moves nothing. Raises as `send_batch`.
    """
    with transaction.atomic(durable=True):
        batch = send_batch(batch, actor=actor, at=at)
        content = batch_file(batch)
        if hashlib.sha256(content).hexdigest() != batch.file_digest:
            raise Refused(
                _(
                    "The file of batch %(number)s would differ from the one handed out: ask the administrator."
                )
                % {"number": batch.number}
            )
        log_access(actor, AccessLog.Kind.BANK_FILE, batch.number, at=at)
    return f"{batch.number}.csv", content


def _not_payable(award: Award, agency: Agency, programme: str, *, at: datetime) -> str | None:
    if award.agency_id != agency.pk or award.programme != programme:
        return _("belongs to another agency or programme.")
    if award.state != AwardState.DUE:
        return _("is “%(state)s”.") % {"state": award.get_state_display()}
    return obstacle(award) or wrong_year(award.fund_year, at=at)


def _refuse_unpayable(batch: Batch, *, at: datetime) -> None:
    """Refuse, naming each line that may not go to the bank as things stand now."""
    lines = list(live_lines(batch).select_related("award__fund_year"))
    if not lines:
        raise CannotBatch(_("The batch has no lines left: discard it."))
    problems = []
    for line in lines:
        problem = line_problem(line) or wrong_year(line.award.fund_year, at=at)
        if problem:
            problems.append(
                _("Line %(position)s (%(name)s): %(problem)s Take it out of the batch to go on.")
                % {"position": line.position, "name": line.holder_name, "problem": problem}
            )
    _refuse_all(problems)


def _refuse_all(problems: Sequence[str]) -> None:
    if not problems:
        return
    shown = list(problems[:SHOWN_PROBLEMS])
    rest = len(problems) - len(shown)
    if rest:
        shown.append(_("… and %(count)s more.") % {"count": rest})
    raise CannotBatch("\n".join(shown))
