from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.calculation import Step

# Steps of premiums, big illness, pools and the bottom line.
LIST_SENTENCES: Mapping[Step, str | Promise] = {
    Step.PREMIUM_SUBSIDISED: _(
        "Subsidised in the month of %(month)s, covered from %(coverage_from)s."
    ),
    Step.PREMIUM_ALREADY_INSURED: _(
        "Already insured this year: nothing is refunded, subsidised in %(next_year)s."
    ),
    Step.PREMIUM_DECEMBER: _(
        "Approved in December: coverage begins %(coverage_from)s; do not pay two premiums."
    ),
    Step.PREMIUM_EXIT: _(
        "Left on %(exit_on)s: covered until %(until)s, not subsidised in the year after."
    ),
    Step.PREMIUM_AMOUNT: _("Contribution %(contribution)s x %(ratio)s = %(amount)s."),
    Step.HUIMIN_PAID: _("Recipient: %(amount)s is paid."),
    Step.HUIMIN_NOT_RECIPIENT: _("No recipient: %(amount)s is paid."),
    Step.BIG_ILLNESS_DEDUCTIBLE: _("General deductible %(general)s; here %(deductible)s."),
    Step.BIG_ILLNESS_PAYMENT: _("%(base)s above the deductible x %(ratio)s = %(payment)s."),
    Step.BIG_ILLNESS_TIER: _("Tier from %(first)s of the burden: %(base)s x %(ratio)s."),
    Step.BIG_ILLNESS_TIERS: _("The tiers together: %(payment)s."),
    Step.BIG_ILLNESS_CAPPED: _("The annual limit %(cap)s leaves %(payment)s."),
    Step.BURDEN_LAYERS: _(
        "Burden %(before)s; after assistance %(after)s; special aid pays %(special)s; the person pays %(personal)s in all."
    ),
    Step.POOL_LISTED: _("%(burden)s reaches %(limit)s: %(pool)s."),
    Step.POOL_BELOW: _("%(burden)s is below %(limit)s: not %(pool)s."),
    Step.POOL_NOT_INSURED: _("Not insured now: in neither pool."),
    Step.BOTTOM_LINE_BURDEN: _(
        "%(person)s: burden %(burden)s - bottom-line money of the year %(paid_before)s = %(list_burden)s, as of %(quarter_end)s."
    ),
    Step.BOTTOM_LINE_AID: _("Other aid counts %(aid)s; %(after)s is left."),
    Step.BOTTOM_LINE_PROPOSED: _("%(reason)s: %(amount)s is proposed."),
    Step.BOTTOM_LINE_NOT_LISTED: _("Not listed: %(reason)s (limit %(limit)s)."),
}
