from __future__ import annotations

from assistance.accounts.models import User
from assistance.accounts.roles import Role

# Who watches over the others does no business himself.
TRAIL_READERS = frozenset({Role.AUDITOR})


def may_read_trail(user: User) -> bool:
    return user.has_role(*TRAIL_READERS)
