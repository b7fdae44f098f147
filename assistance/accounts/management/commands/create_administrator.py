from __future__ import annotations

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.operations import create_user
from assistance.accounts.roles import Role
from assistance.shared.errors import Refused


class Command(BaseCommand):
    help = (
        "Make the first administrator, or with --security the first security officer;"
        " the password is asked for. Nobody is a superuser."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("full_name")
        parser.add_argument("--security", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(username=options["username"]).exists():
            raise CommandError(_("There is a user of this name already."))
        try:
            create_user(
                username=options["username"],
                full_name=options["full_name"],
                password=getpass(),
                roles={Role.SECURITY_OFFICER if options["security"] else Role.ADMINISTRATOR},
                by=None,
                at=timezone.now(),
                must_change_password=False,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(_("Done. Log in and open the console."))
