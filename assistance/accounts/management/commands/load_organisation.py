from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Division
from assistance.accounts.operations import import_agencies, import_divisions
from assistance.accounts.tables import SHIPPED, read_table


class Command(BaseCommand):
    help = "Load the shipped divisions and agencies; what is there already stays as it is."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = set(Division.objects.values_list("code", flat=True))
        rows = read_table(SHIPPED / "divisions.csv")
        divisions = import_divisions(row for row in rows if row["code"] not in known)
        agencies = import_agencies(read_table(SHIPPED / "agencies.csv"))
        self.stdout.write(
            _("%(divisions)d divisions and %(agencies)d agencies added.")
            % {"divisions": divisions.created, "agencies": agencies.created}
        )
