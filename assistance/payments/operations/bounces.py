"""退汇: what the bank had reported as paid, and sent back days later.

The batch stays closed and shows the line as come back; the money goes from paid out to reserved, and the
award has failed: its account is mended, checked anew and the payment reissued in another batch. A reissued
payment may come back as well, being another line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.payments.bank_files import FileRefused
from assistance.payments.bounce_files import LONGEST_REFERENCE, BounceRow, parse_bounces
from assistance.payments.models import (
    Batch,
    BatchLine,
    Bounce,
    BounceFile,
    LedgerAccount,
    LedgerTransaction,
    Recovery,
    RecoveryEntry,
)
from assistance.payments.operations.awards import given, lock_awards, move_awards
from assistance.payments.operations.ledger import lock_fund_years, transfer
from assistance.payments.operations.returns import mismatch
from assistance.payments.operations.stops import stop_award
from assistance.payments.permissions import check, why_not_bounce, why_not_read_bounces
from assistance.payments.states import BOUNCE_MOVES, STILL_CLAIMED, AwardState, LineOutcome
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_numbers_in

Found = tuple[BatchLine, BounceRow]


@transaction.atomic
def bounce(
    line: BatchLine,
    *,
    came_back_on: date,
    reason: str,
    reference: str,
    actor: User,
    at: datetime,
) -> Bounce:
    """Record that a paid line came back: paid out → reserved, the award paid → failed.

    `reference` is the bank's number of the returned transfer; the same number for the same line again
    changes nothing. Raises NotAllowed, or Refused for a line that is not paid, an impossible day, or a
    number that stands for another payment.
    """
    (line,) = _lock_lines([line.pk])
    reference, reason = reference.strip(), mask_numbers_in(given(reason))[:200]
    if not reference or len(reference) > LONGEST_REFERENCE:
        raise Refused(_("Give the bank's number of the returned transfer."))
    earlier = _earlier(line, reference)
    if earlier is not None:
        return earlier
    check(why_not_bounce(actor, line))
    problem = _wrong_day(line, came_back_on, today=localdate(at)) or _repaid(line)
    if problem:
        raise Refused(problem)
    row = Bounce(line=line, came_back_on=came_back_on, reason=reason, reference=reference)
    _book([row], file=None, actor=actor, at=at)
    return row


@transaction.atomic
def read_bounces(
    agency: Agency, *, content: bytes, filename: str, actor: User, at: datetime
) -> BounceFile:
    """Book a file of payments that came back, of any of the agency's batches.

    Every row must match number, holder, account and amount of a paid line; one that does not refuses the
    whole file with a sentence a row (FileRefused). Rows recorded before are passed over. Raises NotAllowed,
    or Refused for a file that was read before or brings nothing new.
    """
    check(why_not_read_bounces(actor, agency))
    rows = parse_bounces(content)
    digest = hashlib.sha256(content).hexdigest()
    lines = _lock_lines(_named_lines(agency, rows))
    _refuse_second_reading(digest)
    found = _new_bounces(rows, lines, actor=actor, today=localdate(at))
    file = BounceFile.objects.create(
        agency=agency,
        digest=digest,
        filename=filename[-200:],
        rows=len(found),
        read_at=at,
        read_by=actor,
    )
    bounces = [
        Bounce(
            line=line,
            came_back_on=row.came_back_on,
            reason=row.reason or _("The bank gave no reason."),
            reference=row.reference,
        )
        for line, row in found
    ]
    _book(bounces, file=file, actor=actor, at=at)
    return file


def _lock_lines(ids: Iterable[int]) -> list[BatchLine]:
    """Lock the awards of the lines, then the batches, each lowest id first; the lines, read afterwards."""
    wanted = BatchLine.objects.filter(pk__in=set(ids))
    lock_awards(wanted.values_list("award_id", flat=True))
    batches = Batch.objects.select_for_update().filter(pk__in=wanted.values("batch"))
    list(batches.order_by("pk").values_list("pk", flat=True))
    related = ("batch__agency", "award__person", "award__fund_year", "award__agency", "bounce")
    return list(wanted.select_related(*related).order_by("pk"))


def _named_lines(agency: Agency, rows: Iterable[BounceRow]) -> set[int]:
    """The ids of the agency's lines that the rows name; a row may name none."""
    named = {(row.batch, row.position) for row in rows}
    lines = BatchLine.objects.filter(
        batch__agency=agency, batch__number__in={number for number, _position in named}
    ).exclude(outcome=LineOutcome.DROPPED)
    found = lines.values_list("pk", "batch__number", "position")
    return {pk for pk, number, position in found if (number, position) in named}


def _refuse_second_reading(digest: str) -> None:
    earlier = BounceFile.objects.filter(digest=digest).select_related("read_by").first()
    if earlier is not None:
        raise Refused(
            _("This file was read on %(day)s by %(name)s. Nothing has changed now.")
            % {
                "day": localtime(earlier.read_at).strftime("%Y-%m-%d %H:%M"),
                "name": earlier.read_by,
            }
        )


def _new_bounces(
    rows: Iterable[BounceRow], lines: Iterable[BatchLine], *, actor: User, today: date
) -> list[Found]:
    """The rows with their lines, without those already recorded. Raises FileRefused."""
    known = {(line.batch.number, line.position): line for line in lines}
    errors: list[str] = []
    seen: dict[object, int] = {}
    found: list[Found] = []
    for row in rows:
        line = known.get((row.batch, row.position))
        problem = _row_problem(row, line, seen, actor=actor, today=today)
        if problem:
            errors.append(_("Row %(row)s: %(problem)s") % {"row": row.row, "problem": problem})
        elif line is not None and line.outcome == LineOutcome.PAID:
            found.append((line, row))
        seen.setdefault((row.batch, row.position), row.row)
        seen.setdefault(row.reference, row.row)
    if errors:
        raise FileRefused(errors)
    if not found:
        raise FileRefused([_("The file brings nothing new: all its rows were recorded before.")])
    return found


def _row_problem(
    row: BounceRow, line: BatchLine | None, seen: dict[object, int], *, actor: User, today: date
) -> str | None:
    if line is None:
        return _("there is no line %(position)s in a batch %(number)s of this agency.") % {
            "position": row.position,
            "number": row.batch,
        }
    earlier_row = seen.get((row.batch, row.position)) or seen.get(row.reference)
    if earlier_row is not None:
        return _("row %(row)s names the same payment or the same transfer.") % {"row": earlier_row}
    differs = mismatch(row, line)
    if differs:
        return differs
    try:
        if _earlier(line, row.reference) is not None:
            return None
    except Refused as refusal:
        return str(refusal)
    wrong = why_not_bounce(actor, line) or _wrong_day(line, row.came_back_on, today=today)
    return wrong or _repaid(line)


def _earlier(line: BatchLine, reference: str) -> Bounce | None:
    """The bounce that was recorded under this number, if it is this line's. Raises Refused if it is not."""
    same_number = Bounce.objects.filter(agency=line.batch.agency_id, reference=reference)
    other = same_number.exclude(line=line).select_related("line__batch").first()
    if other is not None:
        raise Refused(
            _(
                "The transfer %(reference)s was recorded before, for line %(position)s of %(number)s."
            )
            % {
                "reference": reference,
                "position": other.line.position,
                "number": other.line.batch.number,
            }
        )
    own = Bounce.objects.filter(line=line).first()
    if own is not None and own.reference != reference:
        raise Refused(
            _("This payment came back before, with transfer %(reference)s.")
            % {"reference": own.reference}
        )
    return own


def _wrong_day(line: BatchLine, day: date, *, today: date) -> str | None:
    if day > today:
        return _("The day on which the money came back is still to come.")
    sent_at = line.batch.sent_at
    if sent_at is not None and day < localdate(sent_at):
        return _("The money cannot have come back before batch %(number)s was handed out.") % {
            "number": line.batch.number
        }
    return None


def _repaid(line: BatchLine) -> str | None:
    """Who has repaid something had the money: it cannot have come back from the bank as a whole."""
    entries = RecoveryEntry.objects.filter(recovery__award=line.award_id, rejected_at__isnull=True)
    if not entries.filter(kind=RecoveryEntry.Kind.REPAYMENT).exists():
        return None
    return _(
        "A repayment of the award %(number)s is entered: the person had this money. Reject that entry first, "
        "or ask the bank again."
    ) % {"number": line.award.number}


def _stop_claimed(row: Bounce, *, actor: User, at: datetime) -> None:
    """What is claimed back has not arrived: whoever approves the case decides before it is paid again."""
    claims = Recovery.objects.filter(award=row.line.award_id, state__in=STILL_CLAIMED)
    numbers = list(claims.order_by("id").values_list("number", flat=True))
    if not numbers:
        return
    reason = _("Part of it is claimed back: %(numbers)s.") % {"numbers": ", ".join(numbers)}
    source = f"bounce:{row.line_id}"
    stop_award(row.line.award, source=source, reason=reason, actor=actor, at=at)


def _book(bounces: Sequence[Bounce], *, file: BounceFile | None, actor: User, at: datetime) -> None:
    """Write locked, paid lines as come back: the rows, the awards, and one ledger entry a payment."""
    for row in bounces:
        row.agency, row.file, row.recorded_by, row.recorded_at = (
            row.line.batch.agency, file, actor, at,
        )  # fmt: skip
        row.line.outcome, row.line.bank_reason = LineOutcome.BOUNCED, row.reason
        reason = _("Came back from the bank on %(day)s: %(reason)s") % {
            "day": row.came_back_on.isoformat(),
            "reason": row.reason,
        }
        awards = [row.line.award]
        move_awards(
            awards, AwardState.FAILED, actor=actor, at=at, reason=reason[:300], moves=BOUNCE_MOVES
        )
    Bounce.objects.bulk_create(bounces)
    BatchLine.objects.bulk_update([row.line for row in bounces], ["outcome", "bank_reason"])
    for row in bounces:
        _stop_claimed(row, actor=actor, at=at)
    lock_fund_years(*(row.line.award.fund_year for row in bounces))
    for row in bounces:
        transfer(
            row.line.award.fund_year,
            kind=LedgerTransaction.Kind.CAME_BACK,
            between=(LedgerAccount.PAID_OUT, LedgerAccount.RESERVED),
            amount=row.line.amount,
            reference=f"came-back:{row.agency.code}:{row.reference}",
            note=row.line.award.number,
            actor=actor,
            at=at,
        )
