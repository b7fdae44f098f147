"""What is written down about an account."""

from __future__ import annotations

from datetime import datetime

from assistance.accounts.models import User, UserChange


def note(user: User, kind: str, text: str, *, by: User | None, at: datetime) -> None:
    """A line in the history of the account; `by` is None for the system itself."""
    UserChange.objects.create(user=user, kind=kind, note=text, by=by, at=at)
