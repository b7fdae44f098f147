from __future__ import annotations

from django.utils.translation import gettext as _


class Refused(Exception):
    """An operation was refused. The message is a translated sentence that the screen shows as it is."""


class NotAllowed(Refused):
    """The person acting may not do this to this object, by role, scope, state or four eyes."""


class Stale(Refused):
    """The form was filled in from an older version of the object."""


class SavedAlready(Refused):
    """A form that has done its work comes again with something else in it."""

    def __init__(self) -> None:
        super().__init__(
            _("This form has already been saved. Open the page anew for another entry.")
        )
