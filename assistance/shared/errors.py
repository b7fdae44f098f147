from __future__ import annotations


class Refused(Exception):
    """An operation was refused. The message is a translated sentence that the screen shows as it is."""


class NotAllowed(Refused):
    """The person acting may not do this to this object, by role, scope, state or four eyes."""


class Stale(Refused):
    """The form was filled in from an older version of the object."""
