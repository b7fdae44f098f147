from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a code's argument may name, by its value.
NAMES: Mapping[str, str | Promise] = {
    "inpatient": _("Inpatient"),
    "outpatient": _("Ordinary outpatient"),
    "chronic_outpatient": _("Chronic-disease outpatient"),
    "special_outpatient": _("Special-disease outpatient"),
    "pharmacy": _("Pharmacy"),
    "HARDSHIP": _("Person in hardship on the register"),
    "OTHER_ILL": _("Other person in hardship through illness"),
    "LOCAL": _("Household registration in the county"),
    "OTHER": _("Household registration elsewhere"),
    "WORK_INJURY": _("Work injury"),
    "THIRD_PARTY": _("A third party has to pay"),
    "PUBLIC_HEALTH": _("Public health has to pay"),
    "COSMETIC": _("Cosmetic treatment"),
    "ABROAD_OR_NON_DESIGNATED": _("Abroad or not a designated institution"),
    "CRIME": _("Unlawful act or crime"),
}
