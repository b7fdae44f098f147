"""The lists, and what becomes of a period and of a run."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListKind(models.TextChoices):
    """What is drawn up of the insured people of an agency."""

    ZHIPIN = "zhipin", _("At risk of poverty through illness")
    FANPIN = "fanpin", _("At risk of falling back into poverty through illness")
    WATCH = "watch", _("Recipients with a high remaining burden")
    ALARM = "alarm", _("Large medical costs")
    BOTTOM_LINE = "bottom_line", _("Bottom-line list")


# Monthly lists have twelve periods a year, the bottom-line list four.
QUARTERLY = frozenset({ListKind.BOTTOM_LINE})


class PeriodState(models.TextChoices):
    WAITING = "waiting", _("Waits for the data of its sources")
    DUE = "due", _("Due")
    DONE = "done", _("Drawn up")


class RunKind(models.TextChoices):
    REGULAR = "regular", _("Regular")
    AGAIN = "again", _("Drawn up again")
    SUPPLEMENT = "supplement", _("Supplementary list")
    TRIAL = "trial", _("Trial")


class RunState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Movement(models.TextChoices):
    """How an entry relates to the list before."""

    ENTERED = "entered", _("New on the list")
    STAYED = "stayed", _("Was on the list before")


class Departure(models.TextChoices):
    """Why somebody of the list before is no longer on it."""

    RECOGNISED = "recognised", _("Recognised as a recipient")
    LEFT_STATUS = "left_status", _("No longer a recipient")
    BELOW = "below", _("Burden below the threshold")
    DIED = "died", _("Died")
    NOT_INSURED = "not_insured", _("No longer insured")
    OTHER_AGENCY = "other_agency", _("Belongs to another agency")
    OTHER_LIST = "other_list", _("On another list")
    NEW_YEAR = "new_year", _("The counting of the year began anew")
    FORGOTTEN = "forgotten", _("The earlier recognition counts no longer")


class PartnerKind(models.TextChoices):
    """The offices that lists are pushed to, as ZS22-2.1.5, 2.2.2 and 3.2 name them."""

    CIVIL_AFFAIRS = "civil_affairs", _("Civil affairs")
    RED_CROSS = "red_cross", _("Red Cross")
    CHARITY = "charity", _("Charity federation")
    UNION = "union", _("Trade union")
    DISABLED = "disabled", _("Disabled persons' federation")
    AGRICULTURE = "agriculture", _("Agriculture and rural affairs")
    VETERANS = "veterans", _("Veterans' affairs")
    TOWNSHIP = "township", _("Township office")
    OTHER = "other", _("Another office")


# Which lists go out, and to whom: risk pools to be verified (ZS22-2.2.1), people with large costs to be found
# (LX20-4.2, WZ19-3.5), the watch to be helped (ZS22-2.2.2).
POOLS = frozenset({ListKind.ZHIPIN, ListKind.FANPIN})
# Of these nobody is a recipient; who becomes one is asked about no longer.
VERIFIED = POOLS | {ListKind.ALARM}
PUSHED = VERIFIED | {ListKind.WATCH}


class PushedField(models.TextChoices):
    """All that may ever be told about somebody, the least first. There is none for an illness, a bill or an account."""

    LIST = "list", _("List")
    MONTH = "month", _("Month")
    TOWNSHIP = "township", _("Township")
    NAME = "name", _("Name")
    MASKED_NUMBER = "masked_number", _("Id number, masked")
    BAND = "band", _("Band of the burden")
    CATEGORY = "category", _("Recognised as")
    VILLAGE = "village", _("Village")
    PHONE = "phone", _("Phone, in full one at a time")
    FULL_NUMBER = "full_number", _("Id number in full, one at a time")


class Band(models.TextChoices):
    """The burden in bands: a partner never learns the figure."""

    BELOW_2 = "below_2", _("Below 20,000")
    FROM_2 = "from_2", _("20,000 to 30,000")
    FROM_3 = "from_3", _("30,000 to 50,000")
    FROM_5 = "from_5", _("50,000 to 100,000")
    FROM_10 = "from_10", _("100,000 and more")


class PushState(models.TextChoices):
    OPEN = "open", _("To be answered")
    PENDING = "pending", _("Being verified")
    RECOGNISED = "recognised", _("Recognised by the partner")
    NOT_RECOGNISED = "not_recognised", _("Not recognised")
    AIDED = "aided", _("Aid given")
    NOT_AIDED = "not_aided", _("No aid given")
    MOVED = "moved", _("Has become a recipient")


# What still waits for an answer.
UNANSWERED = frozenset({PushState.OPEN, PushState.PENDING})
# The answers a partner may give, by the list.
POOL_ANSWERS = (PushState.RECOGNISED, PushState.NOT_RECOGNISED, PushState.PENDING, PushState.AIDED)
WATCH_ANSWERS = (PushState.AIDED, PushState.NOT_AIDED, PushState.PENDING)


class HandOutState(models.TextChoices):
    """How a list reaches its office. Who takes a file out has it; whether it arrived only a person knows."""

    AT_THE_DESK = "at_the_desk", _("Shown at the partner's desk")
    READY = "ready", _("File to be handed over")
    CLAIMED = "claimed", _("Taken out, not confirmed")
    HANDED_OVER = "handed_over", _("Handed over")


class ProspectState(models.TextChoices):
    TO_CALL = "to_call", _("To be phoned")
    NOT_REACHED = "not_reached", _("Not reached")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Does not want to apply")
    LAPSED = "lapsed", _("No longer needed")


TO_PHONE = frozenset({ProspectState.TO_CALL, ProspectState.NOT_REACHED})


class ReviewState(models.TextChoices):
    """What becomes of a bottom-line list after it was drawn up."""

    OPEN = "review", _("Being reviewed")
    SEALED = "sealed", _("Sealed")
    # Drawn up again before it was sealed: the later list counts.
    SUPERSEDED = "superseded", _("Replaced by a later list")


class Finding(models.TextChoices):
    """What the rule says of a case of the bottom-line list (ZS22 二(五)1)."""

    BOTTOM_LINE = "bottom_line", _("For the joint meeting")
    AT_LIMIT = "at_limit", _("Exactly at the limit")
    OTHER_AID = "other_aid", _("Resolved by other aid")
    EXCLUDED = "excluded", _("Not on the list")
    UNCLEAR = "unclear", _("Cannot be computed")


# Listed, and resolved without the meeting (B-18).
RESOLVED_WITHOUT = frozenset({Finding.AT_LIMIT, Finding.OTHER_AID})


class BottomLineState(models.TextChoices):
    REVIEW = "review", _("Being reviewed")
    OFF = "off", _("Off the agenda")
    AGENDA = "agenda", _("Waits for a meeting")
    GRANTED = "granted", _("Granted by the meeting")
    REFUSED = "refused", _("Refused by the meeting")
    # Something changed after the vote: a person looks at it again.
    RECHECK = "recheck", _("To be looked at again")
    AWARDED = "awarded", _("Award made")


S = BottomLineState
BOTTOM_LINE_MOVES: dict[BottomLineState, frozenset[BottomLineState]] = {
    S.REVIEW: frozenset({S.OFF, S.AGENDA}),
    S.OFF: frozenset(),
    S.AGENDA: frozenset({S.GRANTED, S.REFUSED, S.RECHECK}),
    # Back to the agenda: the vote was recorded wrongly and is taken back before the minutes.
    S.GRANTED: frozenset({S.AWARDED, S.RECHECK, S.AGENDA}),
    S.REFUSED: frozenset({S.AGENDA}),
    S.RECHECK: frozenset({S.AGENDA, S.OFF}),
    S.AWARDED: frozenset({S.RECHECK}),
}


class ClaimState(models.TextChoices):
    """What becomes of the proposal to claim bottom-line money back."""

    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed to")
    TURNED_DOWN = "turned_down", _("Turned down")


class MeetingState(models.TextChoices):
    CALLED = "called", _("Called")
    # The votes stand; the minutes are to be signed.
    MINUTED = "minuted", _("Minutes to be signed")
    SIGNED = "signed", _("Minutes signed")
    CANCELLED = "cancelled", _("Cancelled")


class Vote(models.TextChoices):
    GRANTED = "granted", _("Bottom-line money granted")
    REFUSED = "refused", _("No bottom-line money")
    DEFERRED = "deferred", _("Put off to the next meeting")
