from __future__ import annotations

from assistance.registry.queries.bank_accounts import (
    account_warnings,
    accounts_with_number,
    shared_with,
    usable_accounts,
)
from assistance.registry.queries.cards import (
    PersonCard,
    TimelineLine,
    number_doubt,
    person_card,
    timeline,
)
from assistance.registry.queries.households import household_of, membership_on, same_household
from assistance.registry.queries.people import (
    known_by,
    number_is,
    people_visible_to,
    person_with_number,
    search_people,
)
from assistance.registry.queries.status import (
    current_residence,
    enrolled_in,
    enrolled_in_year,
    hardship_on,
    hukou_in,
    in_force,
    insured_since,
    recipient_on,
)

__all__ = [
    "PersonCard",
    "TimelineLine",
    "account_warnings",
    "accounts_with_number",
    "current_residence",
    "enrolled_in",
    "enrolled_in_year",
    "hardship_on",
    "household_of",
    "hukou_in",
    "in_force",
    "insured_since",
    "known_by",
    "membership_on",
    "number_doubt",
    "number_is",
    "people_visible_to",
    "person_card",
    "person_with_number",
    "recipient_on",
    "same_household",
    "search_people",
    "shared_with",
    "timeline",
    "usable_accounts",
]
