"""A valid answer to every path, by its name: the arguments of its address and the fields of its form."""

from __future__ import annotations

from collections.abc import Mapping

from tests.permissions.bills_answers import BILLS
from tests.permissions.corrections_answers import CORRECTIONS
from tests.permissions.drawn_answers import DRAWN
from tests.permissions.letters_answers import LETTERS
from tests.permissions.lists_answers import LISTS
from tests.permissions.meetings_answers import MEETINGS
from tests.permissions.partners_answers import PARTNERS
from tests.permissions.payers_answers import PAYERS
from tests.permissions.payments_answers import PAYMENTS
from tests.permissions.people_answers import PEOPLE
from tests.permissions.routes_answers import ROUTES
from tests.permissions.sample import CASES, Answer

ANSWERS: Mapping[str, Answer] = {
    **CASES,
    **CORRECTIONS,
    **LETTERS,
    **ROUTES,
    **PEOPLE,
    **PAYMENTS,
    **LISTS,
    **PAYERS,
    **BILLS,
    **DRAWN,
    **PARTNERS,
    **MEETINGS,
}
