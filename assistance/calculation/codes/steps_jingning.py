"""Steps of the Jingning subsidy and of deadlines."""

from __future__ import annotations

from collections.abc import Mapping

from assistance.calculation.codes.kinds import Kind, Spec, spec
from assistance.calculation.codes.step_names import Step

FEN, RATE, DATE, YEAR, COUNT, CODE, TEXT = Kind

JINGNING_STEPS: Mapping[Step, Spec] = {
    Step.INSURED_IN_COUNTY: spec("Local hukou and insured in the county."),
    Step.NOT_INSURED_IN_COUNTY: spec("Not insured in the county: no subsidy."),
    Step.THREE_YEARS_INSURED: spec(
        "Other hukou; insured in the county since {since}, the required months were full "
        "on {full_on}, by {counted_to}.",
        since=DATE,
        full_on=DATE,
        counted_to=DATE,
    ),
    Step.UNDER_THREE_YEARS: spec(
        "Other hukou; insured in the county since {since}, the required months are full "
        "only on {full_on}, after {counted_to}: no subsidy.",
        since=DATE,
        full_on=DATE,
        counted_to=DATE,
    ),
    Step.DEADLINE_MOVED: spec(
        "{last_day} is a rest day; the last day moves to {moved_to}.",
        last_day=DATE,
        moved_to=DATE,
    ),
    Step.RECEIVED_IN_TIME: spec(
        "Received on {received_on}, by the last day {deadline}.",
        received_on=DATE,
        deadline=DATE,
    ),
    Step.RECEIVED_LATE: spec(
        "Received on {received_on}, after the last day {deadline}: too late.",
        received_on=DATE,
        deadline=DATE,
    ),
    Step.ITEM_COUNTED: spec(
        "Item {item} of {date} ({setting}): {cost} - insurance {insurance} - "
        "assistance {assistance} - other aid {other_aid} = {own}.",
        item=TEXT,
        date=DATE,
        setting=CODE,
        cost=FEN,
        insurance=FEN,
        assistance=FEN,
        other_aid=FEN,
        own=FEN,
    ),
    Step.ITEM_OTHER_YEAR: spec(
        "Item {item} of {date} is not of the settlement year {year}; not counted.",
        item=TEXT,
        date=DATE,
        year=YEAR,
    ),
    Step.ITEM_SETTING: spec(
        "Item {item} of {date} ({setting}) is neither a hospital stay nor special-disease "
        "outpatient care; not counted.",
        item=TEXT,
        date=DATE,
        setting=CODE,
    ),
    Step.ITEM_EXCLUDED: spec(
        "Item {item} of {date} is excluded: {exclusion}.",
        item=TEXT,
        date=DATE,
        exclusion=CODE,
    ),
    Step.ITEM_NOT_DESIGNATED: spec(
        "Item {item} of {date} is not from a designated institution; not counted.",
        item=TEXT,
        date=DATE,
    ),
    Step.ITEM_NOT_THERAPEUTIC: spec(
        "Item {item} of {date} is not therapeutic; not counted.", item=TEXT, date=DATE
    ),
    Step.AID_NOT_DEDUCTED: spec(
        "Recorded and not deducted: charity {charity}, private insurance "
        "{private_insurance}, other bodies {other_bodies}.",
        charity=FEN,
        private_insurance=FEN,
        other_bodies=FEN,
    ),
    Step.PERSON_AID_DEDUCTED: spec(
        "Aid of other departments given for the year as a whole: {aid} is deducted.",
        aid=FEN,
    ),
    Step.AID_ABOVE_COST: spec(
        "The aid exceeds the own cost by {excess}; the own cost is 0.", excess=FEN
    ),
    Step.OWN_COST: spec("Own cost of {year}: {own}.", year=YEAR, own=FEN),
    Step.BELOW_DEDUCTIBLE: spec(
        "{own} does not exceed the deductible {deductible}: nothing is due.",
        own=FEN,
        deductible=FEN,
    ),
    Step.OVER_DEDUCTIBLE: spec(
        "{own} - deductible {deductible} = {over}.", own=FEN, deductible=FEN, over=FEN
    ),
    Step.RATIO_APPLIED: spec("{over} x {ratio} = {entitled}.", over=FEN, ratio=RATE, entitled=FEN),
    Step.ANNUAL_CAP_REACHED: spec(
        "{entitled} exceeds the annual maximum {cap}; {cap} is due.",
        entitled=FEN,
        cap=FEN,
    ),
    Step.ANNUAL_DUE: spec("Due for {year}: {due}.", year=YEAR, due=FEN),
    Step.ALREADY_PAID: spec(
        "{paid} of {due} is already paid; {subsidy} remains.",
        due=FEN,
        paid=FEN,
        subsidy=FEN,
    ),
    Step.OVERPAID: spec(
        "{paid} is already paid and only {due} is due: overpaid by {overpaid}.",
        due=FEN,
        paid=FEN,
        overpaid=FEN,
    ),
}
