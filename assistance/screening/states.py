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
