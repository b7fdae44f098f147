from __future__ import annotations

from assistance.registry.models.bank_accounts import OWN_REASONS, AccountReason, BankAccount
from assistance.registry.models.certificates import Certificate
from assistance.registry.models.duties import Duty, DutyNote, Subsidy
from assistance.registry.models.households import Household, HouseholdMember
from assistance.registry.models.identity import (
    Guardianship,
    IdentityChange,
    Merge,
    PersonName,
    PersonNumber,
)
from assistance.registry.models.lists import EFFECTIVE, ListImport, ListRow
from assistance.registry.models.logs import AccessLog, PersonChange, RegisterUse
from assistance.registry.models.people import CertificateType, Person, Residence, Sex
from assistance.registry.models.reconciliations import Difference, Reconciliation
from assistance.registry.models.sources import Department, ListSource
from assistance.registry.models.status import Enrolment, RecipientCategory, RecipientSpan
from assistance.registry.models.ties import StaffTie
from assistance.registry.models.words import CategoryWord

__all__ = [
    "EFFECTIVE",
    "OWN_REASONS",
    "AccessLog",
    "AccountReason",
    "BankAccount",
    "CategoryWord",
    "Certificate",
    "CertificateType",
    "Department",
    "Difference",
    "Duty",
    "DutyNote",
    "Enrolment",
    "Guardianship",
    "Household",
    "HouseholdMember",
    "IdentityChange",
    "ListImport",
    "ListRow",
    "ListSource",
    "Merge",
    "Person",
    "PersonChange",
    "PersonName",
    "PersonNumber",
    "RecipientCategory",
    "RecipientSpan",
    "Reconciliation",
    "RegisterUse",
    "Residence",
    "Sex",
    "StaffTie",
    "Subsidy",
]
