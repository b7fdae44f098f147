"""Batches with their sums, and what is wrong with their lines."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.payments import bank_files
from assistance.payments.models import BankReturn, Batch, BatchLine, Bounce
from assistance.payments.permissions import BATCH_READERS
from assistance.payments.queries.awards import obstacle, stopped
from assistance.payments.states import LineOutcome
from assistance.shared.money import ZERO


def batches_visible_to(user: User) -> QuerySet[Batch]:
    """Batches the user may read, newest first, each with counts and sums (`with_sums`)."""
    rows = Batch.objects.select_related("agency", "drawn_up_by", "confirmed_by", "sent_by")
    if not user.has_role(*BATCH_READERS):
        return rows.none()
    return with_sums(scope_of(user).filter(rows, township=None)).order_by("-id")


def with_sums(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Per batch: `line_count` and `total` without lines taken out; `<outcome>_count` and `<outcome>_total`."""
    sums = {
        "line_count": Count("lines", filter=~Q(lines__outcome=LineOutcome.DROPPED)),
        "total": Sum("lines__amount", filter=~Q(lines__outcome=LineOutcome.DROPPED), default=ZERO),
    }
    for outcome in LineOutcome.values:
        one = Q(lines__outcome=outcome)
        sums[f"{outcome}_count"] = Count("lines", filter=one)
        sums[f"{outcome}_total"] = Sum("lines__amount", filter=one, default=ZERO)
    return batches.annotate(**sums)


def bounces_visible_to(user: User) -> QuerySet[Bounce]:
    """Payments that came back of the batches the user may read, with line, award and recorder; newest first."""
    related = ("line__batch", "line__award__person", "recorded_by", "file")
    rows = Bounce.objects.select_related(*related)
    if not user.has_role(*BATCH_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None).order_by("-id")


def batch_lines(batch: Batch) -> QuerySet[BatchLine]:
    """All lines in the order of the file, those taken out too, with award, person and present account."""
    related = ("award__person__township", "award__account", "award__claim", "bounce")
    rows = batch.lines.select_related(*related).prefetch_related("award__stops")
    return rows.order_by("position")


def read_elsewhere(batch: Batch, content: bytes) -> BankReturn | None:
    """The reading of this very file for another batch, the latest of several."""
    digest = hashlib.sha256(content).hexdigest()
    others = BankReturn.objects.filter(digest=digest).exclude(batch=batch)
    return others.select_related("batch", "read_by").order_by("-read_at").first()


def live_lines(batch: Batch) -> QuerySet[BatchLine]:
    """The lines that are, or were, paid: without those taken out."""
    return batch_lines(batch).exclude(outcome=LineOutcome.DROPPED)


def batch_total(batch: Batch) -> Decimal:
    """What the bank is to pay, in yuan."""
    return live_lines(batch).aggregate(total=Sum("amount", default=ZERO))["total"] or ZERO


def batch_file(batch: Batch) -> bytes:
    """The bank file as it is, or would be, handed out. Only `hand_out_file` gives it to anybody."""
    return bank_files.bank_file(batch, live_lines(batch))


def line_problem(line: BatchLine) -> str | None:
    """Why this line may not go to the bank any more, as a sentence; None when it may.

    The line keeps the account as it was when the batch was drawn up. What has happened since (a death,
    an account retired or mended) shows here.
    """
    award = line.award
    refusal = obstacle(award) or stopped(award)
    if refusal or award.account is None:
        return refusal
    now = (award.account.holder_name, award.account.bank, award.account.number)
    if now != (line.holder_name, line.bank, line.account_number):
        return _("The award's bank account has changed since the batch was drawn up.")
    return None


def line_problems(batch: Batch) -> dict[int, str]:
    """Sentence by id of the line, for the lines that may not go to the bank any more."""
    found = {line.pk: line_problem(line) for line in live_lines(batch)}
    return {pk: problem for pk, problem in found.items() if problem}
