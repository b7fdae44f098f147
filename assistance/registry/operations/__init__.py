from __future__ import annotations

from assistance.registry.operations.access import MinimalCard, find_outside, log_access
from assistance.registry.operations.bank_accounts import add_account, check_account, retire_account
from assistance.registry.operations.certificates import (
    certify,
    end_certificate,
    void_certificate,
)
from assistance.registry.operations.deaths import record_death, revoke_death
from assistance.registry.operations.disclosure import (
    TooMany,
    alike,
    compare,
    note_disclosure,
    reveal,
    verdict,
)
from assistance.registry.operations.duties import (
    note_duty,
    subsidise,
    subsidise_due,
    void_subsidy,
)
from assistance.registry.operations.enrolments import end_enrolment, enrol, void_enrolment
from assistance.registry.operations.guardians import (
    add_guardian,
    end_guardianship,
    register_newborn,
    void_guardianship,
)
from assistance.registry.operations.households import (
    add_household_member,
    found_household,
    leave_household,
    void_membership,
)
from assistance.registry.operations.identity import (
    confirm_identity,
    refuse_identity,
    request_name,
    request_number,
)
from assistance.registry.operations.known import AlreadyRegistered, NumberInDoubt
from assistance.registry.operations.people import change_phone, register_person
from assistance.registry.operations.recognitions import (
    end_recognition,
    recognise,
    void_recognition,
)
from assistance.registry.operations.records import (
    confirm_merge,
    confirm_split,
    lock_canonical,
    propose_merge,
    propose_split,
    refuse_merge,
    refuse_split,
)
from assistance.registry.operations.residences import (
    Place,
    end_residence,
    move_residence,
    void_residence,
)
from assistance.registry.operations.ties import declare_relative, end_tie
from assistance.registry.operations.uses import rely_on

__all__ = [
    "AlreadyRegistered",
    "MinimalCard",
    "NumberInDoubt",
    "Place",
    "TooMany",
    "add_account",
    "add_guardian",
    "add_household_member",
    "alike",
    "certify",
    "change_phone",
    "check_account",
    "compare",
    "confirm_identity",
    "confirm_merge",
    "confirm_split",
    "declare_relative",
    "end_certificate",
    "end_enrolment",
    "end_guardianship",
    "end_recognition",
    "end_residence",
    "end_tie",
    "enrol",
    "find_outside",
    "found_household",
    "leave_household",
    "lock_canonical",
    "log_access",
    "move_residence",
    "note_disclosure",
    "note_duty",
    "propose_merge",
    "propose_split",
    "recognise",
    "record_death",
    "refuse_identity",
    "refuse_merge",
    "refuse_split",
    "register_newborn",
    "register_person",
    "rely_on",
    "request_name",
    "request_number",
    "retire_account",
    "reveal",
    "revoke_death",
    "subsidise",
    "subsidise_due",
    "verdict",
    "void_certificate",
    "void_enrolment",
    "void_guardianship",
    "void_membership",
    "void_recognition",
    "void_residence",
    "void_subsidy",
]
