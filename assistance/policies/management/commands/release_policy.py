from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.calculation import Pack
from assistance.policies.county import advice, changes, examples, framework_of
from assistance.policies.operations import draft_policy, read_county_pack, release_policy
from assistance.shared.errors import Refused


class Command(BaseCommand):
    help = (
        "Check a county's own version of a document of its city and say what it changes;"
        " released with --drafted-by and --released-by, two persons of whom the second approves for the agency."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--agency", required=True, help="code of the county's agency")
        parser.add_argument("--drafted-by", help="name by which the administrator logs in")
        parser.add_argument("--released-by", help="name by which the approver logs in")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = Agency.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(_("There is no agency “%(code)s”.") % {"code": options["agency"]})
        try:
            text = options["file"].read_text(encoding="utf-8")
            self._say(read_county_pack(text, agency))
            if options["drafted_by"] and options["released_by"]:
                self._release(agency, text, options)
            else:
                self.stdout.write(
                    _("Nothing is released: name who drafted it and who releases it.")
                )
        except (Refused, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error

    def _say(self, pack: Pack) -> None:
        framework = framework_of(pack)
        for sentence in advice(pack, framework):
            self.stdout.write(_("Allowed, but advised against: %(what)s") % {"what": sentence})
        for row in changes(pack, framework):
            self.stdout.write(f"{row.first_day} {row.clause} {row.key}: {row.before} → {row.after}")
        for example in examples(pack, framework, pack.first_day):
            before, after = (
                "—" if amount is None else f"{amount:,.2f}"
                for amount in (example.before, example.after)
            )
            self.stdout.write(
                f"{example.category}, {example.setting}, {example.burden:,.2f}: {before} → {after}"
            )

    def _release(self, agency: Agency, text: str, options: dict[str, Any]) -> None:
        drafter, releaser = (_user(options[name]) for name in ("drafted_by", "released_by"))
        at = timezone.now()
        # A draft that waits in the console stays where this one is not released.
        with transaction.atomic():
            policy = draft_policy(agency, text=text, actor=drafter, at=at)
            version = release_policy(policy, actor=releaser, at=at)
        self.stdout.write(_("Released: %(version)s") % {"version": version})


def _user(name: str) -> User:
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise CommandError(_("There is no account “%(name)s”.") % {"name": name})
    return found
