"""Roles that exclude each other, as the database refuses them."""

from __future__ import annotations

import pgtrigger

from assistance.accounts.roles import INCOMPATIBLE_PAIRS, SOLITARY_ROLES


def roles_exclude_each_other() -> pgtrigger.Trigger:
    """Refuses a role beside one it excludes, also of two given at the same moment."""
    solitary = ", ".join(f"'{role.value}'" for role in sorted(SOLITARY_ROLES))
    pairs = " OR ".join(
        " AND ".join(f"'{role.value}' = ANY(held)" for role in sorted(pair))
        for pair in sorted(INCOMPATIBLE_PAIRS, key=sorted)
    )
    return pgtrigger.Trigger(
        name="roles_exclude_each_other",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("held", "text[]")],
        func=f"""
            PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
            SELECT array_agg(name::text) INTO held FROM auth_group
                JOIN accounts_user_groups ON group_id = auth_group.id WHERE user_id = NEW.user_id;
            IF (cardinality(held) > 1 AND held && ARRAY[{solitary}]) OR ({pairs}) THEN
                RAISE EXCEPTION 'roles exclude each other: %', held USING ERRCODE = '23514';
            END IF;
            RETURN NULL;
        """,
    )
