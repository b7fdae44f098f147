"""Who gives to the special bottom-line fund: a code table. Its money is booked by the fund supervisor."""

from __future__ import annotations

from django.contrib import admin

from assistance.accounts.console import ConsoleAdmin
from assistance.payments.models import FundSource


@admin.register(FundSource)
class FundSourceAdmin(ConsoleAdmin):
    """A source is never deleted, accounts name it: it is taken out of use."""

    can_delete = False
    list_display = ["name", "kind", "agency", "in_use"]
    list_select_related = ["agency"]
    list_filter = ["kind", "in_use"]
    search_fields = ["name"]
    autocomplete_fields = ["agency"]
    ordering = ["agency__code", "name"]
