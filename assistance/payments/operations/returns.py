"""The bank's answer: read in whole or not at all."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.payments.bank_files import FileRefused, LineRow, ReturnRow, parse_return
from assistance.payments.models import (
    Award,
    BankReturn,
    Batch,
    BatchLine,
    LedgerAccount,
    LedgerTransaction,
)
from assistance.payments.operations.awards import move_awards
from assistance.payments.operations.batches import lock_batch, move_batch
from assistance.payments.operations.ledger import lock_fund_years, transfer
from assistance.payments.permissions import check, why_not_read_return
from assistance.payments.queries import live_lines, read_elsewhere
from assistance.payments.states import AwardState, BatchState, LineOutcome
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_account
from assistance.shared.money import ZERO, yuan

Kind = LedgerTransaction.Kind
Answer = tuple[BatchLine, ReturnRow]


@transaction.atomic
def read_return(
    batch: Batch,
    *,
    content: bytes,
    filename: str,
    is_new_answer: bool = False,
    actor: User,
    at: datetime,
) -> BankReturn:
    """Book the bank's answer to a batch: paid, or failed and to be mended and reissued.

    Every row must match number, holder, account and amount of a line; one that does not refuses the whole
    file with a sentence a row (FileRefused). Rows that repeat an earlier answer are passed over. Lines the
    file does not name stay open and the batch with them; it is closed with its last answer. Of two readings
    at once one wins, the other is told. A file that was read for another batch already and names none is
    the answer to this one only if somebody says so (`is_new_answer`): the same people may be paid the same
    amounts again, but last month's file may have been taken. Raises NotAllowed or Refused.
    """
    batch, awards = lock_batch(batch)
    digest = hashlib.sha256(content).hexdigest()
    _refuse_second_reading(batch, digest)
    check(why_not_read_return(actor, batch))
    lines = {line.position: line for line in live_lines(batch)}
    rows = parse_return(content)
    answers = _new_answers(batch, rows, lines)
    if not is_new_answer:
        _refuse_the_answer_to_another(batch, content, rows)
    paid = [answer for answer in answers if answer[1].paid]
    failed = [answer for answer in answers if not answer[1].paid]
    _write_outcomes(answers, at=at)
    _move(paid, failed, awards, actor=actor, at=at)
    _book(paid, failed, awards, f"return:{batch.number}:{digest[:24]}", actor=actor, at=at)
    if not batch.lines.filter(outcome=LineOutcome.PENDING).exists():
        move_batch(batch, BatchState.CLOSED, closed_at=at)
    return BankReturn.objects.create(
        batch=batch,
        digest=digest,
        filename=filename[-200:],
        paid=len(paid),
        failed=len(failed),
        read_at=at,
        read_by=actor,
    )


def _refuse_second_reading(batch: Batch, digest: str) -> None:
    earlier = batch.returns.filter(digest=digest).select_related("batch", "read_by").first()
    if earlier is None:
        return
    raise Refused(
        _(
            "This file was read on %(day)s by %(name)s for batch %(number)s. Nothing has changed now."
        )
        % {
            "day": localtime(earlier.read_at).strftime("%Y-%m-%d %H:%M"),
            "name": earlier.read_by,
            "number": earlier.batch.number,
        }
    )


def _refuse_the_answer_to_another(batch: Batch, content: bytes, rows: list[ReturnRow]) -> None:
    earlier = read_elsewhere(batch, content)
    if earlier is None or all(row.batch for row in rows):
        return
    raise Refused(
        _(
            "This very file was read on %(day)s by %(name)s for batch %(number)s, and its rows name no "
            "batch. Compare it with the bank; if it answers this batch as well, choose it again and tick "
            "that it does."
        )
        % {
            "day": localtime(earlier.read_at).strftime("%Y-%m-%d %H:%M"),
            "name": earlier.read_by,
            "number": earlier.batch.number,
        }
    )


def _new_answers(
    batch: Batch, rows: Iterable[ReturnRow], lines: Mapping[int, BatchLine]
) -> list[Answer]:
    """The rows with their lines, without those already known. Raises FileRefused."""
    errors: list[str] = []
    seen: dict[int, int] = {}
    answers: list[Answer] = []
    for row in rows:
        line = lines.get(row.position)
        problem = _problem(batch, row, line, seen.get(row.position))
        if problem:
            errors.append(_("Row %(row)s: %(problem)s") % {"row": row.row, "problem": problem})
        elif line is not None and line.outcome == LineOutcome.PENDING:
            answers.append((line, row))
        seen.setdefault(row.position, row.row)
    if errors:
        raise FileRefused(errors)
    if not answers:
        raise FileRefused([_("The file brings nothing new: all its rows were answered before.")])
    return answers


def _problem(
    batch: Batch, row: ReturnRow, line: BatchLine | None, earlier_row: int | None
) -> str | None:
    if row.batch and row.batch != batch.number:
        return _("it belongs to batch %(number)s.") % {"number": row.batch}
    if line is None:
        return _("the batch has no line %(position)s.") % {"position": row.position}
    if earlier_row is not None:
        return _("line %(position)s was answered in row %(row)s already.") % {
            "position": row.position,
            "row": earlier_row,
        }
    return mismatch(row, line) or _contradiction(row, line)


def mismatch(row: LineRow, line: BatchLine) -> str | None:
    """In what a row of the bank differs from the line it names, as a sentence; None when they agree."""
    if row.amount != line.amount:
        return _("the amount is %(theirs)s, but line %(position)s pays %(ours)s.") % {
            "theirs": yuan(row.amount),
            "position": line.position,
            "ours": yuan(line.amount),
        }
    if row.account_number != line.account_number:
        return _("the account is %(theirs)s, but line %(position)s pays to %(ours)s.") % {
            "theirs": mask_account(row.account_number),
            "position": line.position,
            "ours": mask_account(line.account_number),
        }
    if "".join(row.name.split()) != "".join(line.holder_name.split()):
        return _("the name is not that of the account holder of line %(position)s.") % {
            "position": line.position
        }
    return None


def _contradiction(row: ReturnRow, line: BatchLine) -> str | None:
    known = {LineOutcome.PAID: True, LineOutcome.FAILED: False}.get(LineOutcome(line.outcome))
    if known is None or known == row.paid:
        return None
    if known:
        return _(
            "line %(position)s was reported as paid before. Money that came back afterwards is "
            "recorded as a payment that came back."
        ) % {"position": line.position}
    return _("line %(position)s was reported as “%(outcome)s” before.") % {
        "position": line.position,
        "outcome": line.get_outcome_display(),
    }


def _write_outcomes(answers: Iterable[Answer], *, at: datetime) -> None:
    lines = []
    for line, row in answers:
        line.outcome = LineOutcome.PAID if row.paid else LineOutcome.FAILED
        line.bank_reason = "" if row.paid else row.reason
        line.answered_at = at
        lines.append(line)
    BatchLine.objects.bulk_update(lines, ["outcome", "bank_reason", "answered_at"])


def _move(
    paid: list[Answer],
    failed: list[Answer],
    awards: Mapping[int, Award],
    *,
    actor: User,
    at: datetime,
) -> None:
    move_awards([awards[line.award_id] for line, _row in paid], AwardState.PAID, actor=actor, at=at)
    by_reason: defaultdict[str, list[Award]] = defaultdict(list)
    for line, row in failed:
        by_reason[row.reason or _("The bank gave no reason.")].append(awards[line.award_id])
    for reason, group in by_reason.items():
        move_awards(group, AwardState.FAILED, actor=actor, at=at, reason=reason)


def _book(
    paid: list[Answer],
    failed: list[Answer],
    awards: Mapping[int, Award],
    source: str,
    *,
    actor: User,
    at: datetime,
) -> None:
    # One, since a batch pays out of one; a line that failed earlier may have moved on to another.
    (fund_year,) = lock_fund_years(
        *(awards[line.award_id].fund_year for line, _row in [*paid, *failed])
    )
    for kind, target, answers in (
        (Kind.PAY, LedgerAccount.PAID_OUT, paid),
        (Kind.BOUNCE, LedgerAccount.RESERVED, failed),
    ):
        amount = sum((line.amount for line, _row in answers), Decimal(ZERO))
        if amount:
            transfer(
                fund_year,
                kind=kind,
                between=(LedgerAccount.IN_TRANSIT, target),
                amount=amount,
                reference=f"{source}:{kind}",
                actor=actor,
                at=at,
            )
