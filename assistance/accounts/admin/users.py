from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.accounts.admin.user_forms import NewUserForm, UserForm
from assistance.accounts.console import AdministratorsOnly, ConsoleAdmin
from assistance.accounts.models import RoleGroup, User, UserChange
from assistance.accounts.operations import change_user, create_user, set_password
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


class ChangesInline(AdministratorsOnly, TabularInline):
    model = UserChange
    fk_name = "user"
    can_add = can_change = False
    can_delete = False
    fields = ["at", "kind", "note", "by"]
    ordering = ["-at", "-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UserChange]:
        return super().get_queryset(request).select_related("by")


@admin.register(User)
class UserAdmin(ConsoleAdmin):
    """Accounts are never deleted, their name stands under decisions: they are deactivated."""

    can_delete = False
    form = UserForm
    change_form_template = "admin/accounts/user/change_form.html"
    list_display = ["username", "full_name", "role_names", "agency", "township", "is_active"]
    list_select_related = ["agency", "township"]
    list_filter = [RoleFilter, "is_active", "agency"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    autocomplete_fields = ["agency", "township"]
    readonly_fields = ["last_login"]
    inlines = [ChangesInline]

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user: User) -> str:
        held = {group.name for group in user.groups.all()}
        return _(", ").join(str(role.label) for role in Role if role.value in held) or "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any
    ) -> Any:
        if obj is None:
            options["form"] = NewUserForm
        return super().get_form(request, obj, change, **options)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            passwords = ["password1", "password2"]
            return ["username", "full_name", *passwords, "agency", "township", "roles"]
        fields = ["username", "full_name", "agency", "township", "roles"]
        return [*fields, "is_active", "last_login"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return ["username", "last_login"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return self.inlines if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        values = form.cleaned_data
        common = {
            "full_name": values["full_name"],
            "agency": values["agency"],
            "township": values["township"],
            "roles": values["roles"],
            "by": request.user,
            "at": timezone.now(),
        }
        if change:
            change_user(obj, is_active=values["is_active"], **common)
            return
        made = create_user(username=values["username"], password=values["password1"], **common)
        # The admin goes on with its own object: to the log, to the message, to the next page.
        obj.pk = made.pk

    def get_urls(self) -> list[URLPattern]:
        reset = path(
            "<int:user_id>/password/",
            self.admin_site.admin_view(self.reset_password),
            name="accounts_user_reset_password",
        )
        return [reset, *super().get_urls()]

    def reset_password(self, request: HttpRequest, user_id: int) -> HttpResponse:
        user = get_object_or_404(User, pk=user_id)
        # The form only checks the two passwords: the operation writes, and asks for a new one.
        form = SetPasswordForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            password = form.cleaned_data["new_password1"]
            set_password(user, password, by=cast("User", request.user), at=timezone.now())
            messages.success(
                request,
                _("The password of %(user)s was reset; it must be changed at the next log-in.")
                % {"user": user},
            )
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[user.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reset the password of %(user)s") % {"user": user},
            "form": form,
            "opts": self.opts,
            "original": user,
        }
        return TemplateResponse(request, "admin/accounts/user/reset_password.html", context)


@admin.register(RoleGroup)
class RoleAdmin(ConsoleAdmin):
    """The roles are fixed by the program; here one sees who holds them."""

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
