from __future__ import annotations

from assistance.registry.operations.access import MinimalCard, find_outside, log_access
from assistance.registry.operations.bank_accounts import add_account, check_account, retire_account
from assistance.registry.operations.deaths import record_death, revoke_death
from assistance.registry.operations.enrolments import end_enrolment, enrol, void_enrolment
from assistance.registry.operations.households import (
    add_household_member,
    found_household,
    leave_household,
    void_membership,
)
from assistance.registry.operations.people import (
    AlreadyRegistered,
    correct_person,
    register_person,
)
from assistance.registry.operations.recognitions import (
    end_recognition,
    recognise,
    void_recognition,
)
from assistance.registry.operations.residences import (
    Place,
    end_residence,
    move_residence,
    void_residence,
)
from assistance.registry.operations.uses import rely_on

__all__ = [
    "AlreadyRegistered",
    "MinimalCard",
    "Place",
    "add_account",
    "add_household_member",
    "check_account",
    "correct_person",
    "end_enrolment",
    "end_recognition",
    "end_residence",
    "enrol",
    "find_outside",
    "found_household",
    "leave_household",
    "log_access",
    "move_residence",
    "recognise",
    "record_death",
    "register_person",
    "rely_on",
    "retire_account",
    "revoke_death",
    "void_enrolment",
    "void_membership",
    "void_recognition",
    "void_residence",
]
