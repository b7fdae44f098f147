from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does. Each role is a Django group of the same name."""

    TOWNSHIP_CLERK = "township_clerk", _("Township clerk")
    TOWNSHIP_LEADER = "township_leader", _("Township leader")
    WINDOW_CLERK = "window_clerk", _("County window clerk")
    REVIEWER = "reviewer", _("County reviewer")
    APPROVER = "approver", _("County approver")
    PAYMENT_OFFICER = "payment_officer", _("Payment officer")
    FUND_SUPERVISOR = "fund_supervisor", _("Fund supervisor")
    CITY_SUPERVISOR = "city_supervisor", _("City supervisor")
    PARTNER = "partner", _("Partner department")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    SECURITY_OFFICER = "security_officer", _("Security officer")


TOWNSHIP_ROLES = frozenset({Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER})
AGENCY_ROLES = frozenset(
    {Role.WINDOW_CLERK, Role.REVIEWER, Role.APPROVER, Role.PAYMENT_OFFICER, Role.FUND_SUPERVISOR}
)
# The officers of the system (三员): one makes accounts, one gives rights, one watches everybody by the
# trail. None of them sees business data: whoever supervises that is the city's or the fund's supervisor.
OFFICERS = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR})
# Roles that stand alone: who watches or administers does no business.
SOLITARY_ROLES = OFFICERS | {Role.PARTNER}
INCOMPATIBLE_PAIRS = frozenset({frozenset({Role.PAYMENT_OFFICER, Role.FUND_SUPERVISOR})})
# Who decides, pays, supervises or administers proves himself twice, unless a `RoleRule` says otherwise.
SECOND_FACTOR = OFFICERS | {
    Role.TOWNSHIP_LEADER,
    Role.REVIEWER,
    Role.APPROVER,
    Role.PAYMENT_OFFICER,
    Role.FUND_SUPERVISOR,
    Role.CITY_SUPERVISOR,
}


def incompatible(roles: set[Role]) -> frozenset[Role]:
    """The roles among `roles` that one person may not hold together; empty when all is well."""
    alone = roles & SOLITARY_ROLES
    if alone and len(roles) > 1:
        return frozenset(roles)
    for pair in INCOMPATIBLE_PAIRS:
        if pair <= roles:
            return pair
    return frozenset()
