"""Who writes down what a county sets itself, and who puts it in force."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.policies.models import CountyPolicy
from assistance.shared.errors import NotAllowed

COUNTY_POLICY_READERS = frozenset({Role.REVIEWER, Role.APPROVER, Role.CITY_SUPERVISOR})


def check_may_draft_policy(user: User | None) -> None:
    """Raises NotAllowed. Without a user the system acts, here and below."""
    if user is not None and not user.has_role(Role.ADMINISTRATOR):
        raise NotAllowed(_("What a county sets itself is drafted by administrators."))


def why_not_release_policy(user: User, policy: CountyPolicy) -> str | None:
    """Why this user may not release the draft of a county, as a sentence; None when he may."""
    if user.agency_id != policy.agency_id or not user.has_role(Role.APPROVER):
        return _("What a county sets itself is released by an approver of its agency.")
    if policy.drafted_by_id == user.pk:
        return _("Somebody else has to release what you drafted yourself.")
    return None


def check_may_release_policy(user: User | None, policy: CountyPolicy) -> None:
    """Raises NotAllowed with the reason of `why_not_release_policy`."""
    reason = why_not_release_policy(user, policy) if user is not None else None
    if reason is not None:
        raise NotAllowed(reason)
