from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.calculation import RefusalCode
from assistance.policies.wording.refusals_bills import BILL_REFUSALS

REFUSAL_SENTENCES: Mapping[RefusalCode, str | Promise] = {
    **BILL_REFUSALS,
    RefusalCode.BAD_AMOUNT: _("must be an amount in yuan, like 1234.50"),
    RefusalCode.NEGATIVE_AMOUNT: _("must not be negative"),
    RefusalCode.AMOUNT_TOO_LARGE: _("must not exceed %(limit)s"),
    RefusalCode.BAD_DATE: _("must be a date, like 2022-05-01"),
    RefusalCode.BAD_YEAR: _("must be a year, like 2022"),
    RefusalCode.BAD_BOOLEAN: _("must be yes or no"),
    RefusalCode.BAD_TEXT: _("must be text"),
    RefusalCode.BAD_LIST: _("must be a list"),
    RefusalCode.BAD_OBJECT: _("must be an object"),
    RefusalCode.FIELD_MISSING: _("is missing"),
    RefusalCode.UNKNOWN_GROUP: _("is not one of the two groups"),
    RefusalCode.UNKNOWN_SETTING: _("is not a known setting of care"),
    RefusalCode.UNKNOWN_EXCLUSION: _("is not one of the six exclusions"),
    RefusalCode.UNKNOWN_HUKOU: _("is neither in the county nor elsewhere"),
    RefusalCode.UNKNOWN_DOCUMENT: _("is not a known document"),
    RefusalCode.UNKNOWN_KIND: _("is not a known kind of question"),
    RefusalCode.UNKNOWN_SWITCH: _("is not a switch of this document"),
    RefusalCode.UNKNOWN_CHOICE: _("must be one of: %(choices)s"),
    RefusalCode.NO_POLICY_IN_FORCE: _(
        "no policy is in force; %(document)s begins on %(first_day)s"
    ),
    RefusalCode.NO_DEADLINE_IN_DOCUMENT: _("%(document)s sets no deadline"),
    RefusalCode.VALUE_MISSING: _("%(document)s has no value for %(key)s on %(on)s"),
    RefusalCode.REIMBURSEMENT_EXCEEDS_COST: _(
        "the payers paid %(paid)s, more than the cost %(cost)s"
    ),
    RefusalCode.SCOPE_EXCEEDS_TOTAL: _(
        "the in-scope cost %(in_scope)s is more than the total %(total)s"
    ),
    RefusalCode.APPLICATION_BEFORE_YEAR: _(
        "%(received_on)s is before the year of the cost, %(year)s"
    ),
    RefusalCode.COST_AFTER_APPLICATION: _(
        "%(date)s is after the day the application was received, %(received_on)s"
    ),
    RefusalCode.DUPLICATE_ITEM: _("%(item)s stands there twice"),
    RefusalCode.CALENDAR_CONFLICT: _("%(date)s is both a rest day and a working day"),
}

# The parts of a refused field's path as the screens call them.
FIELDS: Mapping[str, str | Promise] = {
    "items": _("Bill"),
    "settled_on": _("settled on"),
    "total": _("total cost"),
    "insurance": _("insurance"),
    "assistance": _("medical assistance"),
    "aid": _("other aid"),
    "in_scope": _("in-scope cost"),
    "setting": _("setting"),
    "exclusion": _("excluded because"),
    "settlement_year": _("year of the cost"),
    "received_on": _("received on"),
    "group": _("group"),
    "hukou": _("household registration"),
    "insured_since": _("insured in the county without a gap since"),
    "already_paid": _("already granted"),
    "expenses": _("Bill"),
    "person": _("person"),
    "status": _("recipient status"),
    "category": _("category"),
    "persons": _("Person"),
    "opening": _("opening balance"),
    "basic": _("basic insurance"),
    "big": _("big-illness insurance"),
    "date": _("date"),
    "invoice": _("invoice"),
    "insured": _("insurance"),
    "died_on": _("day of death"),
    "service_from": _("first day of service"),
    # Of what a document leaves to the county.
    "outpatient": _("outpatient assistance"),
    "mode": _("way of assistance"),
    "cap": _("annual limit"),
}
