from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.shared.errors import Refused

LONGEST_REASON = 200


def given_reason(reason: str) -> str:
    """The reason without surrounding blanks. Raises Refused when there is none, or too much of it."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("Give a reason."))
    if len(reason) > LONGEST_REASON:
        raise Refused(
            _("The reason has more than %(limit)d characters.") % {"limit": LONGEST_REASON}
        )
    return reason
