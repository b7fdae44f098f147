from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assistance.settlements.recount import account_differences


class Command(BaseCommand):
    help = "Recompute every person-year account from the bills and list those that differ."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for found in account_differences():
            count += 1
            self.stdout.write(
                f"person {found.person_id}, {found.year}: "
                f"{found.own_total} / {found.counted_total}; "
                f"{found.own_in_scope} / {found.counted_in_scope}"
            )
        if count:
            raise CommandError(_("%(count)d accounts differ from their bills.") % {"count": count})
        self.stdout.write(_("Every account is what its bills say."))
