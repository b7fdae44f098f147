from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.calculation import Missing, Step
from assistance.policies.wording.steps_bills import BILL_SENTENCES
from assistance.policies.wording.steps_lists import LIST_SENTENCES

STEP_SENTENCES: Mapping[Step, str | Promise] = {
    **BILL_SENTENCES,
    **LIST_SENTENCES,
    Step.INSURED_IN_COUNTY: _("Household registration and basic insurance are in the county."),
    Step.NOT_INSURED_IN_COUNTY: _("Not insured in the county: no subsidy."),
    Step.THREE_YEARS_INSURED: _(
        "Registered elsewhere; insured in the county since %(since)s. The required time was full on "
        "%(full_on)s, not later than %(counted_to)s."
    ),
    Step.UNDER_THREE_YEARS: _(
        "Registered elsewhere; insured in the county since %(since)s. The required time is full only on "
        "%(full_on)s, after %(counted_to)s: no subsidy."
    ),
    Step.DEADLINE_MOVED: _(
        "%(last_day)s is a rest day; the last day to apply moves to %(moved_to)s."
    ),
    Step.RECEIVED_IN_TIME: _("Received on %(received_on)s, within the last day %(deadline)s."),
    Step.RECEIVED_LATE: _(
        "Received on %(received_on)s, after the last day %(deadline)s: no subsidy."
    ),
    Step.ITEM_COUNTED: _(
        "%(item)s, %(date)s, %(setting)s: cost %(cost)s − insurance %(insurance)s − assistance "
        "%(assistance)s − other aid %(other_aid)s = %(own)s."
    ),
    Step.ITEM_OTHER_YEAR: _("%(item)s of %(date)s is not of %(year)s: not counted."),
    Step.ITEM_SETTING: _(
        "%(item)s of %(date)s (%(setting)s) is neither inpatient nor special-disease outpatient: not counted."
    ),
    Step.ITEM_EXCLUDED: _("%(item)s of %(date)s is excluded (%(exclusion)s): not counted."),
    Step.ITEM_NOT_DESIGNATED: _(
        "%(item)s of %(date)s is not from a designated institution: not counted."
    ),
    Step.ITEM_NOT_THERAPEUTIC: _("%(item)s of %(date)s is not therapeutic: not counted."),
    Step.AID_NOT_DEDUCTED: _(
        "Recorded but not deducted: charity %(charity)s, private insurance %(private_insurance)s, "
        "other bodies %(other_bodies)s."
    ),
    Step.PERSON_AID_DEDUCTED: _("Aid of other departments for the year is deducted: %(aid)s."),
    Step.AID_ABOVE_COST: _("The aid exceeds the own cost by %(excess)s; the own cost is 0.00."),
    Step.OWN_COST: _("Own cost of %(year)s in all: %(own)s."),
    Step.BELOW_DEDUCTIBLE: _(
        "%(own)s does not exceed the deductible %(deductible)s: nothing is due."
    ),
    Step.OVER_DEDUCTIBLE: _("%(own)s − deductible %(deductible)s = %(over)s."),
    Step.RATIO_APPLIED: _("%(over)s × %(ratio)s = %(entitled)s."),
    Step.ANNUAL_CAP_REACHED: _("%(entitled)s exceeds the annual maximum: %(cap)s is due, no more."),
    Step.ANNUAL_DUE: _("Due for %(year)s: %(due)s."),
    Step.ALREADY_PAID: _("Of the %(due)s due, %(paid)s is granted already: %(subsidy)s remains."),
    Step.OVERPAID: _("%(paid)s is granted already but only %(due)s is due: %(overpaid)s too much."),
}

MISSING_SENTENCES: Mapping[Missing, str | Promise] = {
    Missing.INSURED_SINCE: _("Since when the person has been insured in the county without a gap."),
    Missing.INSURANCE_DIFFERS: _(
        "Insurance in the county is not the same in the year of the cost and on the day received: "
        "decide which counts."
    ),
    Missing.HUKOU_DIFFERS: _(
        "The household registration is not the same in the year of the cost and on the day received: "
        "decide which counts."
    ),
    Missing.NOT_INSURED: _("The person was not insured: no automatic settlement."),
    Missing.STATE_ALLOWANCE: _(
        "Does this 精减职工 receive the state's fixed allowance (国家定期定量补助)?"
    ),
    Missing.SERVICE_DAYS: _("When did the service begin? The bill is settled after the death."),
    Missing.DECEMBER_ENTRY_AND_EXIT: _(
        "Approved in December, effective in January, and left in the same December."
    ),
}
