from __future__ import annotations

from assistance.accounts.models import Division


def county_of(township: Division) -> Division:
    """The county a township belongs to; a county without townships is its own."""
    at = township
    while at.level != Division.Level.COUNTY and at.parent is not None:
        at = at.parent
    return at
