from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from assistance.accounts.checks import no_demo_accounts


class AccountsConfig(AppConfig):
    name = "assistance.accounts"
    verbose_name = _("Organisation and access")

    def ready(self) -> None:
        register(no_demo_accounts, Tags.security, deploy=True)
