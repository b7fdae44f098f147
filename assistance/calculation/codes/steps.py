"""Steps of an explanation: what was done with which figures."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from assistance.calculation.codes.kinds import Kind, Spec, spec

FEN, RATE, DATE, YEAR, COUNT, CODE, TEXT = Kind


class Step(StrEnum):
    INSURED_IN_COUNTY = "INSURED_IN_COUNTY"
    NOT_INSURED_IN_COUNTY = "NOT_INSURED_IN_COUNTY"
    THREE_YEARS_INSURED = "THREE_YEARS_INSURED"
    UNDER_THREE_YEARS = "UNDER_THREE_YEARS"
    DEADLINE_MOVED = "DEADLINE_MOVED"
    RECEIVED_IN_TIME = "RECEIVED_IN_TIME"
    RECEIVED_LATE = "RECEIVED_LATE"
    ITEM_COUNTED = "ITEM_COUNTED"
    ITEM_OTHER_YEAR = "ITEM_OTHER_YEAR"
    ITEM_SETTING = "ITEM_SETTING"
    ITEM_EXCLUDED = "ITEM_EXCLUDED"
    ITEM_NOT_DESIGNATED = "ITEM_NOT_DESIGNATED"
    ITEM_NOT_THERAPEUTIC = "ITEM_NOT_THERAPEUTIC"
    AID_NOT_DEDUCTED = "AID_NOT_DEDUCTED"
    PERSON_AID_DEDUCTED = "PERSON_AID_DEDUCTED"
    AID_ABOVE_COST = "AID_ABOVE_COST"
    OWN_COST = "OWN_COST"
    BELOW_DEDUCTIBLE = "BELOW_DEDUCTIBLE"
    OVER_DEDUCTIBLE = "OVER_DEDUCTIBLE"
    RATIO_APPLIED = "RATIO_APPLIED"
    ANNUAL_CAP_REACHED = "ANNUAL_CAP_REACHED"
    ANNUAL_DUE = "ANNUAL_DUE"
    ALREADY_PAID = "ALREADY_PAID"
    OVERPAID = "OVERPAID"
    BILL_UNDER = "BILL_UNDER"
    BILL_FLOOR_VALUES = "BILL_FLOOR_VALUES"
    BILL_STATUS = "BILL_STATUS"
    BILL_LOOKBACK = "BILL_LOOKBACK"
    BILL_NOT_RECIPIENT = "BILL_NOT_RECIPIENT"
    BILL_NOT_DESIGNATED = "BILL_NOT_DESIGNATED"
    BILL_NOT_COVERED = "BILL_NOT_COVERED"
    BILL_BURDEN = "BILL_BURDEN"
    BILL_WHOLE_BURDEN = "BILL_WHOLE_BURDEN"
    BILL_BELOW_DEDUCTIBLE = "BILL_BELOW_DEDUCTIBLE"
    BILL_OVER_DEDUCTIBLE = "BILL_OVER_DEDUCTIBLE"
    BILL_RATIO = "BILL_RATIO"
    BILL_PSYCHIATRIC = "BILL_PSYCHIATRIC"
    BILL_QUOTA = "BILL_QUOTA"
    BILL_BEST_IDENTITY = "BILL_BEST_IDENTITY"
    BILL_GRANTED = "BILL_GRANTED"
    BILL_CAPPED = "BILL_CAPPED"
    BILL_OUTSIDE_CAPS = "BILL_OUTSIDE_CAPS"
    BILL_BOOKED = "BILL_BOOKED"
    BILL_BALANCE = "BILL_BALANCE"
    BILL_AFTER = "BILL_AFTER"
    BILL_REVERSED = "BILL_REVERSED"


STEPS: Mapping[Step, Spec] = {
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
    Step.BILL_UNDER: spec(
        "Bill {bill} of {date} ({setting}) is settled under {document}.",
        bill=TEXT,
        date=DATE,
        setting=CODE,
        document=TEXT,
    ),
    Step.BILL_FLOOR_VALUES: spec(
        "Floor values, county parameters not configured: the amount may be shown, not paid."
    ),
    Step.BILL_STATUS: spec(
        "Recipient {category} since {first_day}.", category=CODE, first_day=DATE
    ),
    Step.BILL_LOOKBACK: spec(
        "No recipient yet; newly recognised as {category} on {recognised_on}, which reaches "
        "back to {first} - {last}.",
        category=CODE,
        recognised_on=DATE,
        first=DATE,
        last=DATE,
    ),
    Step.BILL_NOT_RECIPIENT: spec("No recipient on {date}: no assistance.", date=DATE),
    Step.BILL_NOT_DESIGNATED: spec("Not from a designated institution: no assistance."),
    Step.BILL_NOT_COVERED: spec("{setting} is not assisted for this category.", setting=CODE),
    Step.BILL_BURDEN: spec(
        "In scope {in_scope} - basic {basic} - supplementary {supplementary} - rare-disease "
        "fund {rare_fund} - big illness {big} = burden {burden}.",
        in_scope=FEN,
        basic=FEN,
        supplementary=FEN,
        rare_fund=FEN,
        big=FEN,
        burden=FEN,
    ),
    Step.BILL_WHOLE_BURDEN: spec(
        "The whole cost {total} counts, what the payers leave of it is {burden}.",
        total=FEN,
        burden=FEN,
    ),
    Step.BILL_BELOW_DEDUCTIBLE: spec(
        "{counted} counted before and {burden} do not exceed the deductible {deductible}.",
        counted=FEN,
        burden=FEN,
        deductible=FEN,
    ),
    Step.BILL_OVER_DEDUCTIBLE: spec(
        "{counted} counted before and {burden}: {over} lies above the deductible {deductible}.",
        counted=FEN,
        burden=FEN,
        deductible=FEN,
        over=FEN,
    ),
    Step.BILL_RATIO: spec("{over} x {ratio} = {entitled}.", over=FEN, ratio=RATE, entitled=FEN),
    Step.BILL_PSYCHIATRIC: spec(
        "Treatment of mental illness of a certificate holder: {over} x {ratio} = {entitled}.",
        over=FEN,
        ratio=RATE,
        entitled=FEN,
    ),
    Step.BILL_QUOTA: spec(
        "Outpatient quota: {over} in full, up to the limit = {entitled}.",
        over=FEN,
        entitled=FEN,
    ),
    Step.BILL_BEST_IDENTITY: spec(
        "The better of {count} identities on that day: {category}.", count=COUNT, category=CODE
    ),
    Step.BILL_GRANTED: spec("Granted: {granted}.", granted=FEN),
    Step.BILL_CAPPED: spec(
        "The annual limit {cap} leaves {room} of {entitled}: {granted} is granted.",
        cap=FEN,
        room=FEN,
        entitled=FEN,
        granted=FEN,
    ),
    Step.BILL_OUTSIDE_CAPS: spec(
        "Full assistance stands outside the annual limits: {granted} is granted.", granted=FEN
    ),
    Step.BILL_BOOKED: spec(
        "The bill already carries assistance of {booked}; our own figure is {granted}.",
        booked=FEN,
        granted=FEN,
    ),
    Step.BILL_BALANCE: spec(
        "Assistance of {year}: inpatient {inpatient_before} -> {inpatient_after}, outpatient "
        "{outpatient_before} -> {outpatient_after}; burden counted {base_before} -> "
        "{base_after}.",
        year=YEAR,
        inpatient_before=FEN,
        inpatient_after=FEN,
        outpatient_before=FEN,
        outpatient_after=FEN,
        base_before=FEN,
        base_after=FEN,
    ),
    Step.BILL_AFTER: spec("Burden left after assistance: {burden_after}.", burden_after=FEN),
    Step.BILL_REVERSED: spec(
        "Bill {bill} is reversed on {date}: {granted} returns to the year {year}.",
        bill=TEXT,
        date=DATE,
        granted=FEN,
        year=YEAR,
    ),
}
