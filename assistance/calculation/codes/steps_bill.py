"""Steps of a settled bill."""

from __future__ import annotations

from collections.abc import Mapping

from assistance.calculation.codes.kinds import Kind, Spec, spec
from assistance.calculation.codes.step_names import Step

FEN, RATE, DATE, YEAR, COUNT, CODE, TEXT = Kind

BILL_STEPS: Mapping[Step, Spec] = {
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
    Step.BILL_STATUS_GIVEN: spec("Recipient {category}, as given with the bill.", category=CODE),
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
    Step.BILL_OVERRIDE: spec(
        "The county sets the deductible {deductible} beyond the general limit, because: {reason}.",
        deductible=FEN,
        reason=TEXT,
    ),
    Step.BILL_RATIO: spec("{over} x {ratio} = {entitled}.", over=FEN, ratio=RATE, entitled=FEN),
    Step.BILL_TIER: spec(
        "Tier from {first} of the burden: {over} x {ratio}.", first=FEN, over=FEN, ratio=RATE
    ),
    Step.BILL_TIERS: spec("The tiers together: {entitled}.", entitled=FEN),
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
