from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role


class Console(AdminSite):
    """The admin console: for administrators, whatever flags an account may carry."""

    site_title = _("Yizhu console")
    site_header = _("Yizhu administration")
    index_title = _("Organisation, access and code tables")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.has_role(Role.ADMINISTRATOR)
