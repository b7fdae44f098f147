"""Refusals of bad input, and the facts only a person can supply."""

from __future__ import annotations

from collections.abc import Mapping

from assistance.calculation.codes.kinds import Kind, Spec, spec
from assistance.calculation.codes.refusal_names import Missing, RefusalCode

FEN, RATE, DATE, YEAR, COUNT, CODE, TEXT = Kind


REFUSALS: Mapping[RefusalCode, Spec] = {
    RefusalCode.BAD_AMOUNT: spec("{field} must be an amount in yuan, like 1234.50."),
    RefusalCode.NEGATIVE_AMOUNT: spec("{field} must not be negative."),
    RefusalCode.AMOUNT_TOO_LARGE: spec("{field} must not exceed {limit}.", limit=FEN),
    RefusalCode.BAD_DATE: spec("{field} must be a date, like 2022-05-01."),
    RefusalCode.BAD_YEAR: spec("{field} must be a year, like 2022."),
    RefusalCode.BAD_BOOLEAN: spec("{field} must be true or false."),
    RefusalCode.BAD_TEXT: spec("{field} must be text."),
    RefusalCode.BAD_LIST: spec("{field} must be a list."),
    RefusalCode.BAD_OBJECT: spec("{field} must be an object."),
    RefusalCode.FIELD_MISSING: spec("{field} is missing."),
    RefusalCode.UNKNOWN_GROUP: spec("{field} must be HARDSHIP or OTHER_ILL."),
    RefusalCode.UNKNOWN_SETTING: spec("{field} is not a known setting of care."),
    RefusalCode.UNKNOWN_EXCLUSION: spec("{field} is not a known exclusion."),
    RefusalCode.UNKNOWN_HUKOU: spec("{field} must be LOCAL or OTHER."),
    RefusalCode.UNKNOWN_DOCUMENT: spec("{field} is not a known document."),
    RefusalCode.UNKNOWN_KIND: spec("{field} is not a known kind of question."),
    RefusalCode.UNKNOWN_SWITCH: spec("{field} is not a switch of this document."),
    RefusalCode.UNKNOWN_CHOICE: spec("{field} must be one of: {choices}.", choices=TEXT),
    RefusalCode.NO_POLICY_IN_FORCE: spec(
        "{field}: no policy is in force; {document} begins on {first_day}.",
        document=TEXT,
        first_day=DATE,
    ),
    RefusalCode.NO_DEADLINE_IN_DOCUMENT: spec(
        "{field}: {document} sets no deadline.", document=TEXT
    ),
    RefusalCode.VALUE_MISSING: spec(
        "{field}: {document} has no value for {key} on {on}.",
        document=TEXT,
        key=TEXT,
        on=DATE,
    ),
    RefusalCode.REIMBURSEMENT_EXCEEDS_COST: spec(
        "{field}: the payers paid {paid}, more than the cost {cost}.", paid=FEN, cost=FEN
    ),
    RefusalCode.SCOPE_EXCEEDS_TOTAL: spec(
        "{field}: {in_scope} is more than the total {total}.", in_scope=FEN, total=FEN
    ),
    RefusalCode.APPLICATION_BEFORE_YEAR: spec(
        "{field}: {received_on} is before the settlement year {year}.",
        received_on=DATE,
        year=YEAR,
    ),
    RefusalCode.COST_AFTER_APPLICATION: spec(
        "{field}: {date} is after the application of {received_on}.",
        date=DATE,
        received_on=DATE,
    ),
    RefusalCode.DUPLICATE_ITEM: spec("{field}: {item} occurs twice.", item=TEXT),
    RefusalCode.CALENDAR_CONFLICT: spec(
        "{field}: {date} is both a rest day and a working day.", date=DATE
    ),
    RefusalCode.BAD_RATIO: spec("{field} must be a ratio from 0 to 1, like 0.65."),
    RefusalCode.BAD_NUMBER: spec("{field} must be a whole number."),
    RefusalCode.UNKNOWN_CATEGORY: spec("{field} is no category that this document knows."),
    RefusalCode.UNKNOWN_INSURED: spec("{field} must be yes, elsewhere or no."),
    RefusalCode.UNKNOWN_AREA: spec("{field} is not an area of this document."),
    RefusalCode.UNKNOWN_CITY: spec("{field} is not a city with a known document."),
    RefusalCode.UNKNOWN_METRIC: spec("{field} is not a known indicator."),
    RefusalCode.UNKNOWN_MODE: spec("{field} must be same_ratio or quota."),
    RefusalCode.UNKNOWN_PARAMETER: spec("{field} is no parameter of {document}.", document=TEXT),
    RefusalCode.UNKNOWN_INVOICE: spec("{field}: {invoice} was not settled.", invoice=TEXT),
    RefusalCode.CATEGORY_IS_REASON: spec(
        "{field}: 因病致贫 is a reason of admission; give the household type, DIBAO or DIBIAN."
    ),
    RefusalCode.EXIT_BEFORE_APPROVAL: spec(
        "{field}: the last day {last_day} is before the first day {first_day}.",
        first_day=DATE,
        last_day=DATE,
    ),
    RefusalCode.DUPLICATE_INVOICE: spec("{field}: {invoice} occurs twice.", invoice=TEXT),
    RefusalCode.INVOICE_ALREADY_REVERSED: spec(
        "{field}: {invoice} is already reversed.", invoice=TEXT
    ),
    RefusalCode.REVERSAL_TOO_EARLY: spec(
        "{field}: reversed on {date}, before its settlement of {settled_on}.",
        date=DATE,
        settled_on=DATE,
    ),
    RefusalCode.SERVICE_AFTER_DEATH: spec(
        "{field}: the service began on {date}, after the death of {died_on}.",
        date=DATE,
        died_on=DATE,
    ),
    RefusalCode.SERVICE_AFTER_SETTLEMENT: spec(
        "{field}: the days of service must run up to the settlement, in order."
    ),
    RefusalCode.PAYMENT_EXCEEDS_BURDEN: spec(
        "{field}: {paid} is more than the remaining burden {burden}.", paid=FEN, burden=FEN
    ),
    RefusalCode.RATIO_BELOW_FLOOR: spec(
        "{field}: {value} is not what the city asks for, {bound}.", value=RATE, bound=RATE
    ),
    RefusalCode.TIERS_NOT_IN_ORDER: spec(
        "{field}: {value} does not lie above the start of the tier before, {bound}.",
        value=FEN,
        bound=FEN,
    ),
    RefusalCode.TIER_RATIO_FALLS: spec(
        "{field}: {value} is below the ratio of the tier before, {bound}.", value=RATE, bound=RATE
    ),
    RefusalCode.RATIO_BELOW_TARGET: spec(
        "{field}: {value} is below the required {bound}.", value=RATE, bound=RATE
    ),
    RefusalCode.DEDUCTIBLE_NOT_ALLOWED: spec(
        "{field}: a deductible of {value} is more than the city allows, {bound}.",
        value=FEN,
        bound=FEN,
    ),
    RefusalCode.DEDUCTIBLE_ABOVE_INCOME: spec(
        "{field}: {deductible} is above last year's income per head {income}.",
        deductible=FEN,
        income=FEN,
    ),
    RefusalCode.CAP_NOT_AS_SET: spec(
        "{field}: {value} is not the annual limit of the city, {bound}.", value=FEN, bound=FEN
    ),
    RefusalCode.LOCAL_PARAMETER_MISSING: spec(
        "{field} is left to the county by {document} and not given.", document=TEXT
    ),
    RefusalCode.NOT_OFFERED: spec("{field}: {document} has no such rule.", document=TEXT),
    RefusalCode.NO_LOOKBACK: spec("{field}: there is no look-back for this recognition."),
    RefusalCode.NOT_A_LIST_MONTH: spec(
        "{field}: the list runs in the month after a quarter, not on {date}.", date=DATE
    ),
    RefusalCode.BOTTOM_LINE_EXCEEDS_BURDEN: spec(
        "{field}: {paid} bottom-line money is more than the burden {burden}.",
        paid=FEN,
        burden=FEN,
    ),
    RefusalCode.NUMERATOR_EXCEEDS_DENOMINATOR: spec("{field} exceeds the denominator."),
}

MISSING: Mapping[Missing, Spec] = {
    Missing.INSURED_SINCE: spec("Since when has the person been insured in the county?"),
    Missing.INSURANCE_DIFFERS: spec(
        "Insurance in the county differs between the settlement year and the day received."
    ),
    Missing.HUKOU_DIFFERS: spec(
        "The hukou differs between the settlement year and the day received."
    ),
    Missing.NOT_INSURED: spec("The person was not insured: no automatic settlement."),
    Missing.STATE_ALLOWANCE: spec(
        "Does this 精减职工 receive the state's fixed allowance (国家定期定量补助)?"
    ),
    Missing.SERVICE_DAYS: spec("When did the service begin? The bill is settled after the death."),
    Missing.DECEMBER_ENTRY_AND_EXIT: spec(
        "Approved in December, effective in January, and left in the same December."
    ),
}

__all__ = ["MISSING", "REFUSALS", "Missing", "RefusalCode"]
