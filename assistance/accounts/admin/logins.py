from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assistance.accounts.console import SECURITY_OFFICER, ConsoleAdmin
from assistance.accounts.models import Alarm, FailedLogin, Login, User, WrongTry
from assistance.accounts.operations import lift_lock


class ReadOnlyAdmin(ConsoleAdmin):
    """Rows to look at in the list; there is nothing more to open."""

    officers = SECURITY_OFFICER
    can_add = can_change = can_delete = False
    list_display_links = None
    fields = ()

    # The package that keeps these rows has no Chinese names for its columns.
    @admin.display(description=_("user name"), ordering="username")
    def who(self, row: FailedLogin | Login | WrongTry) -> str:
        return str(row.username or "")

    @admin.display(description=_("address"), ordering="ip_address")
    def address(self, row: FailedLogin | Login | WrongTry) -> str:
        return str(row.ip_address or "")

    @admin.display(description=_("at"), ordering="attempt_time")
    def at(self, row: FailedLogin | Login | WrongTry) -> datetime:
        return cast("datetime", row.attempt_time)

    @admin.display(description=_("browser"))
    def browser(self, row: FailedLogin | Login | WrongTry) -> str:
        return str(row.user_agent)


@admin.register(FailedLogin)
class FailedLoginAdmin(ReadOnlyAdmin):
    list_display = ["who", "failures", "at", "address", "browser"]
    search_fields = ["username"]
    ordering = ["-attempt_time"]
    actions = ["lift_locks"]

    @admin.display(description=_("wrong tries"), ordering="failures_since_start")
    def failures(self, row: FailedLogin) -> int:
        return int(row.failures_since_start)

    @admin.action(description=_("Lift the lock of the selected user names"))
    def lift_locks(self, request: HttpRequest, queryset: QuerySet[FailedLogin]) -> None:
        usernames = {row.username for row in queryset if row.username}
        for username in sorted(usernames):
            lift_lock(username, by=cast("User", request.user), at=timezone.now())
        self.message_user(
            request,
            ngettext(
                "%(count)d user name can log in again.",
                "%(count)d user names can log in again.",
                len(usernames),
            )
            % {"count": len(usernames)},
            messages.SUCCESS,
        )


@admin.register(WrongTry)
class WrongTryAdmin(ReadOnlyAdmin):
    list_display = ["who", "at", "locked", "address", "browser"]
    list_filter = ["locked_out"]
    search_fields = ["username"]
    ordering = ["-attempt_time"]

    @admin.display(description=_("locked"), boolean=True, ordering="locked_out")
    def locked(self, row: WrongTry) -> bool:
        return bool(row.locked_out)


@admin.register(Login)
class LoginAdmin(ReadOnlyAdmin):
    list_display = ["who", "at", "left_at", "address", "browser"]
    search_fields = ["username"]
    ordering = ["-attempt_time"]

    @admin.display(description=_("logged out at"), ordering="logout_time")
    def left_at(self, row: Login) -> datetime | None:
        return cast("datetime | None", row.logout_time)


@admin.register(Alarm)
class AlarmAdmin(ConsoleAdmin):
    """What rang; the auditor reads the same rows on a page of his own."""

    officers = SECURITY_OFFICER
    can_add = can_change = can_delete = False
    list_display_links = None
    fields = ()
    list_display = ["at", "kind", "user", "subject"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    ordering = ["-id"]
