"""Refusals of bad input, and the facts only a person can supply."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from assistance.calculation.codes.kinds import Kind, Spec, spec

FEN, RATE, DATE, YEAR, COUNT, CODE, TEXT = Kind


class RefusalCode(StrEnum):
    BAD_AMOUNT = "BAD_AMOUNT"
    NEGATIVE_AMOUNT = "NEGATIVE_AMOUNT"
    AMOUNT_TOO_LARGE = "AMOUNT_TOO_LARGE"
    BAD_DATE = "BAD_DATE"
    BAD_YEAR = "BAD_YEAR"
    BAD_BOOLEAN = "BAD_BOOLEAN"
    BAD_TEXT = "BAD_TEXT"
    BAD_LIST = "BAD_LIST"
    BAD_OBJECT = "BAD_OBJECT"
    FIELD_MISSING = "FIELD_MISSING"
    UNKNOWN_GROUP = "UNKNOWN_GROUP"
    UNKNOWN_SETTING = "UNKNOWN_SETTING"
    UNKNOWN_EXCLUSION = "UNKNOWN_EXCLUSION"
    UNKNOWN_HUKOU = "UNKNOWN_HUKOU"
    UNKNOWN_DOCUMENT = "UNKNOWN_DOCUMENT"
    UNKNOWN_KIND = "UNKNOWN_KIND"
    UNKNOWN_SWITCH = "UNKNOWN_SWITCH"
    UNKNOWN_CHOICE = "UNKNOWN_CHOICE"
    NO_POLICY_IN_FORCE = "NO_POLICY_IN_FORCE"
    NO_DEADLINE_IN_DOCUMENT = "NO_DEADLINE_IN_DOCUMENT"
    VALUE_MISSING = "VALUE_MISSING"
    REIMBURSEMENT_EXCEEDS_COST = "REIMBURSEMENT_EXCEEDS_COST"
    SCOPE_EXCEEDS_TOTAL = "SCOPE_EXCEEDS_TOTAL"
    APPLICATION_BEFORE_YEAR = "APPLICATION_BEFORE_YEAR"
    COST_AFTER_APPLICATION = "COST_AFTER_APPLICATION"
    DUPLICATE_ITEM = "DUPLICATE_ITEM"
    CALENDAR_CONFLICT = "CALENDAR_CONFLICT"


class Missing(StrEnum):
    """Facts without which the answer is "needs a person"."""

    INSURED_SINCE = "INSURED_SINCE"
    INSURANCE_DIFFERS = "INSURANCE_DIFFERS"
    HUKOU_DIFFERS = "HUKOU_DIFFERS"


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
}

MISSING: Mapping[Missing, Spec] = {
    Missing.INSURED_SINCE: spec("Since when has the person been insured in the county?"),
    Missing.INSURANCE_DIFFERS: spec(
        "Insurance in the county differs between the settlement year and the day received."
    ),
    Missing.HUKOU_DIFFERS: spec(
        "The hukou differs between the settlement year and the day received."
    ),
}
