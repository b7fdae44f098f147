"""The admin console: Django's admin, open to the officers of the system alone.

Each page belongs to the administrator, to the security officer or to both. Rights come from one question,
`is_officer`; Django's own permissions (`has_perm`, is_staff) are never asked, so no flag in the database
opens the console.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV
from import_export.resources import Diff, ModelResource
from import_export.widgets import ForeignKeyWidget

from assistance.accounts.models import User
from assistance.accounts.queries import missing_calendar_years
from assistance.accounts.roles import Role

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
SECURITY_OFFICER = frozenset({Role.SECURITY_OFFICER})
BOTH = ADMINISTRATOR | SECURITY_OFFICER


def is_officer(request: HttpRequest, roles: frozenset[Role] = BOTH) -> bool:
    return isinstance(request.user, User) and request.user.has_role(*roles)


class Console(admin.AdminSite):
    """Shows the models whose admin is a ConsoleAdmin; what other packages register stays away."""

    site_title = _("Yizhu console")
    site_header = _("Yizhu administration")
    index_title = _("Organisation, access and code tables")
    site_url = "/"
    empty_value_display = "—"

    def has_permission(self, request: HttpRequest) -> bool:
        return is_officer(request)

    def register(
        self, model_or_iterable: Any, admin_class: type[ModelAdmin] | None = None, **options: Any
    ) -> None:
        if admin_class is not None and issubclass(admin_class, ConsoleAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if is_officer(request, ADMINISTRATOR):
            context["missing_calendar_years"] = missing_calendar_years(timezone.localdate())
        return context

    @method_decorator([never_cache, login_not_required])
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one log-in page, the product's own; the console has none."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


class OfficersOnly:
    """Answers every permission question of the admin with the one question of ours.

    `officers` see the page. What nobody may do in the console is switched off by the three flags.
    """

    officers = ADMINISTRATOR
    can_add = True
    can_change = True
    can_delete = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_officer(request, self.officers)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_officer(request, self.officers)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_add and is_officer(request, self.officers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_change and is_officer(request, self.officers)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_delete and is_officer(request, self.officers)


class PlainChoices:
    """Choosing a row does not tempt one to edit or delete it on the way."""

    def formfield_for_dbfield(self, *args: Any, **options: Any) -> Any:
        field = super().formfield_for_dbfield(*args, **options)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class ConsoleAdmin(OfficersOnly, PlainChoices, ModelAdmin):
    """Base of every admin in the console."""

    list_per_page = 50


class PlainDiff(Diff):  # type: ignore[misc]  # the package has no types
    """The preview of an import without inline styles, which the content policy forbids."""

    def as_html(self) -> list[str]:
        return [
            new if self.new or old == new else format_html("<del>{}</del> <ins>{}</ins>", old, new)
            for old, new in zip(map(str, self.left), map(str, self.right), strict=True)
        ]


class TableResource(ModelResource):  # type: ignore[misc]  # the package has no types
    """A code table as a file: checked like the form, all rows or none."""

    def get_diff_class(self) -> type[Diff]:
        return PlainDiff

    class Meta:
        clean_model_instances = True
        use_transactions = True
        skip_unchanged = True
        report_skipped = True


class CodeWidget(ForeignKeyWidget):  # type: ignore[misc]  # the package has no types
    """Another row, named by its code."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> Any:
        try:
            return super().clean(value, row, **options)
        except self.model.DoesNotExist:
            message = _("“%(code)s” is not known.") % {"code": value}
            raise ValidationError(message) from None


class TableAdmin(ImportExportMixin, ConsoleAdmin):  # type: ignore[misc]  # the package has no types
    """A code table that can be read from a file and written to one."""

    formats = [CSV]
    skip_export_form = True
    show_change_form_export = False
    import_error_display = ("message",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return is_officer(request, self.officers)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return is_officer(request, self.officers)
