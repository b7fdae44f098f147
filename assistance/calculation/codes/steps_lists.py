"""Steps of premiums, big illness, pools and lists."""

from __future__ import annotations

from collections.abc import Mapping

from assistance.calculation.codes.kinds import Kind, Spec, spec
from assistance.calculation.codes.step_names import Step

FEN, RATE, DATE, YEAR, COUNT, CODE, TEXT = Kind

LIST_STEPS: Mapping[Step, Spec] = {
    Step.PREMIUM_SUBSIDISED: spec(
        "Subsidised in the month of {month}, covered from {coverage_from}.",
        month=DATE,
        coverage_from=DATE,
    ),
    Step.PREMIUM_ALREADY_INSURED: spec(
        "Already insured this year: nothing is refunded, subsidised in {next_year}.",
        next_year=YEAR,
    ),
    Step.PREMIUM_DECEMBER: spec(
        "Approved in December: coverage begins {coverage_from}; do not pay two premiums.",
        coverage_from=DATE,
    ),
    Step.PREMIUM_EXIT: spec(
        "Left on {exit_on}: covered until {until}, not subsidised in the year after.",
        exit_on=DATE,
        until=DATE,
    ),
    Step.PREMIUM_AMOUNT: spec(
        "Contribution {contribution} x {ratio} = {amount}.",
        contribution=FEN,
        ratio=RATE,
        amount=FEN,
    ),
    Step.HUIMIN_PAID: spec("Recipient: {amount} is paid.", amount=FEN),
    Step.HUIMIN_NOT_RECIPIENT: spec("No recipient: {amount} is paid.", amount=FEN),
    Step.BIG_ILLNESS_DEDUCTIBLE: spec(
        "General deductible {general}; here {deductible}.", general=FEN, deductible=FEN
    ),
    Step.BIG_ILLNESS_PAYMENT: spec(
        "{base} above the deductible x {ratio} = {payment}.",
        base=FEN,
        ratio=RATE,
        payment=FEN,
    ),
    Step.BIG_ILLNESS_TIER: spec(
        "Tier from {first} of the burden: {base} x {ratio}.", first=FEN, base=FEN, ratio=RATE
    ),
    Step.BIG_ILLNESS_TIERS: spec("The tiers together: {payment}.", payment=FEN),
    Step.BIG_ILLNESS_CAPPED: spec("The annual limit {cap} leaves {payment}.", cap=FEN, payment=FEN),
    Step.BURDEN_LAYERS: spec(
        "Burden {before}; after assistance {after}; special aid pays {special}; the person "
        "pays {personal} in all.",
        before=FEN,
        after=FEN,
        special=FEN,
        personal=FEN,
    ),
    Step.POOL_LISTED: spec("{burden} reaches {limit}: {pool}.", pool=CODE, burden=FEN, limit=FEN),
    Step.POOL_BELOW: spec(
        "{burden} is below {limit}: not {pool}.", pool=CODE, burden=FEN, limit=FEN
    ),
    Step.POOL_NOT_INSURED: spec("Not insured now: in neither pool."),
    Step.BOTTOM_LINE_BURDEN: spec(
        "{person}: burden {burden} - bottom-line money of the year {paid_before} = "
        "{list_burden}, as of {quarter_end}.",
        person=TEXT,
        burden=FEN,
        paid_before=FEN,
        list_burden=FEN,
        quarter_end=DATE,
    ),
    Step.BOTTOM_LINE_AID: spec("Other aid counts {aid}; {after} is left.", aid=FEN, after=FEN),
    Step.BOTTOM_LINE_PROPOSED: spec("{reason}: {amount} is proposed.", reason=CODE, amount=FEN),
    Step.BOTTOM_LINE_NOT_LISTED: spec(
        "Not listed: {reason} (limit {limit}).", reason=CODE, limit=FEN
    ),
}
