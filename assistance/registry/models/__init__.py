from __future__ import annotations

from assistance.registry.models.bank_accounts import BankAccount
from assistance.registry.models.households import Household, HouseholdMember
from assistance.registry.models.logs import AccessLog, PersonChange
from assistance.registry.models.people import CertificateType, Person, Residence, Sex
from assistance.registry.models.status import Enrolment, RecipientCategory, RecipientSpan

__all__ = [
    "AccessLog",
    "BankAccount",
    "CertificateType",
    "Enrolment",
    "Household",
    "HouseholdMember",
    "Person",
    "PersonChange",
    "RecipientCategory",
    "RecipientSpan",
    "Residence",
    "Sex",
]
