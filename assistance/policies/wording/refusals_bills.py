from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.calculation import RefusalCode

# Refusals beyond those of the Jingning subsidy.
BILL_REFUSALS: Mapping[RefusalCode, str | Promise] = {
    RefusalCode.BAD_RATIO: _("must be a ratio from 0 to 1, like 0.65"),
    RefusalCode.BAD_NUMBER: _("must be a whole number"),
    RefusalCode.UNKNOWN_CATEGORY: _("is no category that this document knows"),
    RefusalCode.UNKNOWN_INSURED: _("must be yes, elsewhere or no"),
    RefusalCode.UNKNOWN_AREA: _("is not an area of this document"),
    RefusalCode.UNKNOWN_CITY: _("is not a city with a known document"),
    RefusalCode.UNKNOWN_METRIC: _("is not a known indicator"),
    RefusalCode.UNKNOWN_MODE: _("must be same_ratio or quota"),
    RefusalCode.UNKNOWN_PARAMETER: _("is no parameter of %(document)s"),
    RefusalCode.UNKNOWN_INVOICE: _("%(invoice)s was not settled"),
    RefusalCode.CATEGORY_IS_REASON: _(
        "因病致贫 is a reason of admission; give the household type, DIBAO or DIBIAN"
    ),
    RefusalCode.EXIT_BEFORE_APPROVAL: _(
        "the last day %(last_day)s is before the first day %(first_day)s"
    ),
    RefusalCode.DUPLICATE_INVOICE: _("%(invoice)s occurs twice"),
    RefusalCode.INVOICE_ALREADY_REVERSED: _("%(invoice)s is already reversed"),
    RefusalCode.REVERSAL_TOO_EARLY: _(
        "reversed on %(date)s, before its settlement of %(settled_on)s"
    ),
    RefusalCode.SERVICE_AFTER_DEATH: _(
        "the service began on %(date)s, after the death of %(died_on)s"
    ),
    RefusalCode.SERVICE_AFTER_SETTLEMENT: _(
        "the days of service must run up to the settlement, in order"
    ),
    RefusalCode.PAYMENT_EXCEEDS_BURDEN: _("%(paid)s is more than the remaining burden %(burden)s"),
    RefusalCode.RATIO_BELOW_FLOOR: _("%(value)s is not what the city asks for, %(bound)s"),
    RefusalCode.TIERS_NOT_IN_ORDER: _(
        "%(value)s does not lie above the start of the tier before, %(bound)s"
    ),
    RefusalCode.TIER_RATIO_FALLS: _("%(value)s is below the ratio of the tier before, %(bound)s"),
    RefusalCode.RATIO_BELOW_TARGET: _("%(value)s is below the required %(bound)s"),
    RefusalCode.DEDUCTIBLE_NOT_ALLOWED: _(
        "a deductible of %(value)s is more than the city allows, %(bound)s"
    ),
    RefusalCode.DEDUCTIBLE_ABOVE_INCOME: _(
        "%(deductible)s is above last year's income per head %(income)s"
    ),
    RefusalCode.CAP_NOT_AS_SET: _("%(value)s is not the annual limit of the city, %(bound)s"),
    RefusalCode.LOCAL_PARAMETER_MISSING: _("is left to the county by %(document)s and not given"),
    RefusalCode.NOT_OFFERED: _("%(document)s has no such rule"),
    RefusalCode.NO_LOOKBACK: _("there is no look-back for this recognition"),
    RefusalCode.NOT_A_LIST_MONTH: _("the list runs in the month after a quarter, not on %(date)s"),
    RefusalCode.BOTTOM_LINE_EXCEEDS_BURDEN: _(
        "%(paid)s bottom-line money is more than the burden %(burden)s"
    ),
    RefusalCode.NUMERATOR_EXCEEDS_DENOMINATOR: _("exceeds the denominator"),
}
