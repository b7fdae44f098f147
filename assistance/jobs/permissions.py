"""Who may stop long work."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.jobs.models import BackgroundJob
from assistance.shared.errors import NotAllowed

CANCELLING_ROLES = frozenset({Role.REVIEWER, Role.APPROVER})


def may_cancel(user: User, job: BackgroundJob) -> bool:
    """The owner, or a reviewer or approver of the job's agency, while the work is not finished."""
    return job.is_live and _is_theirs(user, job)


def check_may_cancel(user: User, job: BackgroundJob) -> None:
    """Raises NotAllowed."""
    if not _is_theirs(user, job):
        raise NotAllowed(_("Only the owner or a reviewer of the agency may stop this work."))


def _is_theirs(user: User, job: BackgroundJob) -> bool:
    if user.is_active and job.owner_id == user.pk:
        return True
    same = user.agency_id is not None and user.agency_id == job.agency_id
    return same and user.has_role(*CANCELLING_ROLES)
