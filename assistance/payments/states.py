from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AwardState(models.TextChoices):
    DUE = "due", _("To be paid")
    HELD = "held", _("Held")
    BATCHED = "batched", _("In a batch")
    SENT = "sent", _("Sent to the bank")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Payment failed")
    CANCELLED = "cancelled", _("Cancelled")


AWARD_MOVES: dict[AwardState, frozenset[AwardState]] = {
    AwardState.DUE: frozenset({AwardState.BATCHED, AwardState.HELD, AwardState.CANCELLED}),
    AwardState.HELD: frozenset({AwardState.DUE, AwardState.CANCELLED}),
    # Held: its line was taken out of the batch for a reason.
    AwardState.BATCHED: frozenset({AwardState.SENT, AwardState.DUE, AwardState.HELD}),
    AwardState.SENT: frozenset({AwardState.PAID, AwardState.FAILED}),
    AwardState.PAID: frozenset(),
    AwardState.FAILED: frozenset({AwardState.DUE, AwardState.CANCELLED}),
    AwardState.CANCELLED: frozenset(),
}

# What comes back after it was paid (`operations.bounces`) and nothing else: money that was paid has no other way.
BOUNCE_MOVES: dict[AwardState, frozenset[AwardState]] = {
    AwardState.PAID: frozenset({AwardState.FAILED})
}


class AccountChange(models.TextChoices):
    """Why an award goes to another account than the one it was made with."""

    CARD_REPLACED = "card_replaced", _("Card lost or replaced, new number")
    CLOSED = "closed", _("Account closed, frozen or dormant")
    REFUSED = "refused", _("The bank refused the account or sent the money back")
    MISTAKE = "mistake", _("The account was entered wrongly")
    ASKED = "asked", _("The patient or his guardian named another account")
    OTHER = "other", _("Another reason")


class BatchState(models.TextChoices):
    DRAFT = "draft", _("Being drawn up")
    CONFIRMED = "confirmed", _("Confirmed")
    SENT = "sent", _("Handed to the bank")
    CLOSED = "closed", _("Answered by the bank")
    DISCARDED = "discarded", _("Discarded")


BATCH_MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.DRAFT: frozenset({BatchState.CONFIRMED, BatchState.DISCARDED}),
    # Back to draft: a line was taken out, so the sum that was confirmed no longer holds.
    BatchState.CONFIRMED: frozenset({BatchState.SENT, BatchState.DRAFT, BatchState.DISCARDED}),
    BatchState.SENT: frozenset({BatchState.CLOSED}),
    BatchState.CLOSED: frozenset(),
    BatchState.DISCARDED: frozenset(),
}


class LineOutcome(models.TextChoices):
    PENDING = "pending", _("No answer yet")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Taken out")
    # 退汇: reported as paid, and sent back by the bank days later.
    BOUNCED = "bounced", _("Came back")


# What may still change hands, and so may be mended, held or cancelled.
UNSENT_AWARDS = frozenset({AwardState.DUE, AwardState.HELD, AwardState.FAILED})
# Batches whose file the bank has, or had.
HANDED_OUT = frozenset({BatchState.SENT, BatchState.CLOSED})


class RecoveryState(models.TextChoices):
    """It follows from the confirmed entries of a recovery."""

    OPEN = "open", _("To be repaid")
    PARTLY = "partly", _("Partly repaid")
    SETTLED = "settled", _("Settled")
    WAIVED = "waived", _("Waived")


# While something is still claimed.
STILL_CLAIMED = frozenset({RecoveryState.OPEN, RecoveryState.PARTLY})
