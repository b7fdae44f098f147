from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.accounts.admin.account_pages import account_pages
from assistance.accounts.admin.user_forms import NameForm, NewUserForm, RightsForm
from assistance.accounts.console import (
    ADMINISTRATOR,
    BOTH,
    SECURITY_OFFICER,
    ConsoleAdmin,
    OfficersOnly,
    is_officer,
)
from assistance.accounts.models import RoleGroup, User, UserChange
from assistance.accounts.operations import change_user, create_user
from assistance.accounts.queries import dormant_users
from assistance.accounts.roles import Role

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[UserChange, User]
else:
    TabularInline = admin.TabularInline


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(role.value, str(role.label)) for role in Role]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        role = self.value()
        return queryset.filter(groups__name=role) if role else queryset


class ChangesInline(OfficersOnly, TabularInline):
    officers = BOTH
    model = UserChange
    fk_name = "user"
    can_add = can_change = False
    can_delete = False
    fields = ["at", "kind", "note", "by"]
    ordering = ["-at", "-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UserChange]:
        return super().get_queryset(request).select_related("by")


class DormantFilter(admin.SimpleListFilter):
    """Accounts nobody has used for as long as the rules of entry say."""

    title = gettext_lazy("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("dormant", _("Not used for long"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() != "dormant":
            return queryset
        return queryset.filter(pk__in=dormant_users(at=timezone.now()).values("pk"))


@admin.register(User)
class UserAdmin(ConsoleAdmin):
    """Accounts are never deleted, their name stands under decisions: they are deactivated.

    The administrator makes and names them; the security officer gives roles and place, ends sessions and
    asks for the reset of a lost second factor.
    """

    officers = BOTH
    can_delete = False
    change_form_template = "admin/accounts/user/change_form.html"
    list_display = [
        "username", "full_name", "role_names", "agency", "township", "is_active", "last_login"
    ]  # fmt: skip
    list_select_related = ["agency", "township"]
    list_filter = [RoleFilter, DormantFilter, "is_active", "agency"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    autocomplete_fields = ["agency", "township"]
    inlines = [ChangesInline]

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user: User) -> str:
        held = {group.name for group in user.groups.all()}
        return _(", ").join(str(role.label) for role in Role if role.value in held) or "—"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_officer(request, ADMINISTRATOR)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any
    ) -> Any:
        rights = is_officer(request, SECURITY_OFFICER)
        options["form"] = NewUserForm if obj is None else RightsForm if rights else NameForm
        return super().get_form(request, obj, change, **options)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ["username", "full_name", "password1", "password2"]
        roles = "roles" if is_officer(request, SECURITY_OFFICER) else "role_names"
        return ["username", "full_name", "agency", "township", roles, "is_active", "last_login"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return []
        fixed = ["username", "last_login"]
        if is_officer(request, SECURITY_OFFICER):
            return [*fixed, "full_name", "is_active"]
        return [*fixed, "agency", "township", "role_names"]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return self.inlines if obj else []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> Any:
        context["may_name"] = is_officer(request, ADMINISTRATOR)
        return super().render_change_form(request, context, *args, **options)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        values = form.cleaned_data
        by, at = cast("User", request.user), timezone.now()
        if not change:
            made = create_user(
                username=values["username"],
                full_name=values["full_name"],
                password=values["password1"],
                roles=(),
                by=by,
                at=at,
            )
            # The admin goes on with its own object: to the log, to the message, to the next page.
            obj.pk = made.pk
            return
        # As it is in the database: the form has put its values on `obj` already.
        user = User.objects.get(pk=obj.pk)
        kept = {
            "full_name": user.full_name,
            "agency": user.agency,
            "township": user.township,
            "roles": user.assigned_roles,
            "is_active": user.is_active,
        }
        change_user(
            user, **kept | {name: values[name] for name in kept if name in values}, by=by, at=at
        )

    def get_urls(self) -> list[URLPattern]:
        return [*account_pages(self), *super().get_urls()]


@admin.register(RoleGroup)
class RoleAdmin(ConsoleAdmin):
    """The roles are fixed by the program; here one sees who holds them."""

    officers = BOTH
    can_add = can_change = can_delete = False
    list_display = ["label", "member_count"]
    fields = ["label", "members"]
    readonly_fields = ["label", "members"]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> Any:
        active = Count("user", filter=Q(user__is_active=True))
        roles = super().get_queryset(request).filter(name__in=Role.values)
        return roles.annotate(active_members=active)

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def label(self, role: RoleGroup) -> str:
        return role.label

    @admin.display(description=gettext_lazy("active members"), ordering="active_members")
    def member_count(self, role: Any) -> int:
        return int(role.active_members)

    @admin.display(description=gettext_lazy("active members"))
    def members(self, role: RoleGroup) -> SafeString | str:
        users = User.objects.filter(groups=role.pk, is_active=True).select_related("agency")
        rows = (
            (reverse("admin:accounts_user_change", args=[user.pk]), user, user.agency or "")
            for user in users.order_by("username")
        )
        return format_html_join("", '<div><a href="{}">{}</a> {}</div>', rows) or "—"
