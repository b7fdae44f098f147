from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assistance.accounts.totp import code_at
from assistance.demo.load import refuse_outside_the_demo
from assistance.demo.staff import FACTOR
from assistance.shared.errors import Refused


class Command(BaseCommand):
    help = "Print the code that the demo's authenticator shows now."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_outside_the_demo()
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(code_at(FACTOR, timezone.now()))
