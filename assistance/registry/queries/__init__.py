from __future__ import annotations

from assistance.registry.queries.access import who_looked
from assistance.registry.queries.bank_accounts import (
    account_warnings,
    accounts_with_number,
    newest_card,
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
from assistance.registry.queries.duplicates import likely_same, shared_numbers
from assistance.registry.queries.guardians import (
    age_on,
    guardians_on,
    guardianships_of,
    is_minor,
    wards_of,
)
from assistance.registry.queries.households import household_of, membership_on, same_household
from assistance.registry.queries.people import (
    each_once,
    former_names_of,
    how_found,
    known_by,
    number_is,
    once_with_number,
    people_visible_to,
    person_with_number,
    search_people,
)
from assistance.registry.queries.records import (
    canonical,
    held_by,
    records,
    records_of,
    root_id,
    same_human,
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
    "age_on",
    "canonical",
    "current_residence",
    "each_once",
    "enrolled_in",
    "enrolled_in_year",
    "former_names_of",
    "guardians_on",
    "guardianships_of",
    "hardship_on",
    "held_by",
    "household_of",
    "how_found",
    "hukou_in",
    "in_force",
    "insured_since",
    "is_minor",
    "known_by",
    "likely_same",
    "membership_on",
    "newest_card",
    "number_doubt",
    "number_is",
    "once_with_number",
    "people_visible_to",
    "person_card",
    "person_with_number",
    "recipient_on",
    "records",
    "records_of",
    "root_id",
    "same_household",
    "same_human",
    "search_people",
    "shared_numbers",
    "shared_with",
    "timeline",
    "usable_accounts",
    "wards_of",
    "who_looked",
]
