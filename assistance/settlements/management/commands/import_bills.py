from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.settlements.models import BillImport, BillSource
from assistance.settlements.operations import import_file
from assistance.shared.errors import Refused

FIGURES = ("rows", "booked", "refunded", "supplements", "fee_lines", "known", "in_doubt", "warned")


class Command(BaseCommand):
    help = "Book a file of bills or fee lines that lies on this machine, in one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="code of the source of bills")

    def handle(self, *args: Any, **options: Any) -> None:
        source = BillSource.objects.filter(code=options["source"]).first()
        if source is None:
            known = ", ".join(BillSource.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(
                _("There is no source “%(code)s”. There are: %(known)s.")
                % {"code": options["source"], "known": known or "—"}
            )
        try:
            delivery = import_file(source, options["file"], actor=None, at=timezone.now())
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        for name in FIGURES:
            label = BillImport._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            self.stdout.write(f"{label}: {getattr(delivery, name)}")
        if delivery.message:
            self.stdout.write(delivery.message)
