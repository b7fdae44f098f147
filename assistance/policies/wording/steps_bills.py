from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.calculation import Step

# Steps of a settled bill.
BILL_SENTENCES: Mapping[Step, str | Promise] = {
    Step.BILL_UNDER: _("Bill %(bill)s of %(date)s (%(setting)s) is settled under %(document)s."),
    Step.BILL_FLOOR_VALUES: _(
        "Floor values, county parameters not configured: the amount may be shown, not paid."
    ),
    Step.BILL_STATUS: _("Recipient %(category)s since %(first_day)s."),
    Step.BILL_STATUS_GIVEN: _("Recipient %(category)s, as given with the bill."),
    Step.BILL_LOOKBACK: _(
        "No recipient yet; newly recognised as %(category)s on %(recognised_on)s, which reaches back to %(first)s - %(last)s."
    ),
    Step.BILL_NOT_RECIPIENT: _("No recipient on %(date)s: no assistance."),
    Step.BILL_NOT_DESIGNATED: _("Not from a designated institution: no assistance."),
    Step.BILL_NOT_COVERED: _("%(setting)s is not assisted for this category."),
    Step.BILL_BURDEN: _(
        "In scope %(in_scope)s - basic %(basic)s - supplementary %(supplementary)s - rare-disease fund %(rare_fund)s - big illness %(big)s = burden %(burden)s."
    ),
    Step.BILL_WHOLE_BURDEN: _(
        "The whole cost %(total)s counts, what the payers leave of it is %(burden)s."
    ),
    Step.BILL_BELOW_DEDUCTIBLE: _(
        "%(counted)s counted before and %(burden)s do not exceed the deductible %(deductible)s."
    ),
    Step.BILL_OVER_DEDUCTIBLE: _(
        "%(counted)s counted before and %(burden)s: %(over)s lies above the deductible %(deductible)s."
    ),
    Step.BILL_OVERRIDE: _(
        "The county sets the deductible %(deductible)s beyond the general limit, because: %(reason)s."
    ),
    Step.BILL_RATIO: _("%(over)s x %(ratio)s = %(entitled)s."),
    Step.BILL_TIER: _("Tier from %(first)s of the burden: %(over)s x %(ratio)s."),
    Step.BILL_TIERS: _("The tiers together: %(entitled)s."),
    Step.BILL_PSYCHIATRIC: _(
        "Treatment of mental illness of a certificate holder: %(over)s x %(ratio)s = %(entitled)s."
    ),
    Step.BILL_QUOTA: _("Outpatient quota: %(over)s in full, up to the limit = %(entitled)s."),
    Step.BILL_BEST_IDENTITY: _("The better of %(count)s identities on that day: %(category)s."),
    Step.BILL_GRANTED: _("Granted: %(granted)s."),
    Step.BILL_CAPPED: _(
        "The annual limit %(cap)s leaves %(room)s of %(entitled)s: %(granted)s is granted."
    ),
    Step.BILL_OUTSIDE_CAPS: _(
        "Full assistance stands outside the annual limits: %(granted)s is granted."
    ),
    Step.BILL_BOOKED: _(
        "The bill already carries assistance of %(booked)s; our own figure is %(granted)s."
    ),
    Step.BILL_BALANCE: _(
        "Assistance of %(year)s: inpatient %(inpatient_before)s -> %(inpatient_after)s, outpatient %(outpatient_before)s -> %(outpatient_after)s; burden counted %(base_before)s -> %(base_after)s."
    ),
    Step.BILL_AFTER: _("Burden left after assistance: %(burden_after)s."),
    Step.BILL_REVERSED: _(
        "Bill %(bill)s is reversed on %(date)s: %(granted)s returns to the year %(year)s."
    ),
}
