from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field

from assistance.accounts.console import (
    CodeWidget,
    ConsoleAdmin,
    OfficersOnly,
    PlainChoices,
    TableAdmin,
    TableResource,
)
from assistance.accounts.divisions import code_problem, parent_problem
from assistance.accounts.models import Agency, AgencyArea, Division
from assistance.accounts.queries import agencies_with_those_below

if TYPE_CHECKING:
    DivisionModelForm = forms.ModelForm[Division]
    AgencyModelForm = forms.ModelForm[Agency]
    TabularInline = admin.TabularInline[AgencyArea, Agency]
else:
    DivisionModelForm = AgencyModelForm = forms.ModelForm
    TabularInline = admin.TabularInline


def check_division(division: Division) -> None:
    """Raises ValidationError when code, level and parent do not fit together."""
    parent = division.parent
    above = (parent.code, parent.level) if parent else None
    problem = code_problem(division.code, division.level) or parent_problem(
        division.code, division.level, above
    )
    if problem:
        raise ValidationError(problem)


class DivisionForm(DivisionModelForm):
    class Meta:
        model = Division
        fields = ["code", "name", "level", "parent"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            check_division(Division(**values))
        return values


class DivisionResource(TableResource):
    parent = Field(
        attribute="parent", column_name="parent", widget=CodeWidget(Division, field="code")
    )

    def validate_instance(self, instance: Division, *args: Any, **options: Any) -> None:
        super().validate_instance(instance, *args, **options)
        check_division(instance)

    class Meta(TableResource.Meta):
        model = Division
        fields = ("code", "name", "level", "parent")
        import_id_fields = ("code",)


@admin.register(Division)
class DivisionAdmin(TableAdmin):
    form = DivisionForm
    resource_classes = [DivisionResource]
    list_display = ["code", "name", "level", "parent"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    ordering = ["code"]
    autocomplete_fields = ["parent"]


class AgencyForm(AgencyModelForm):
    class Meta:
        model = Agency
        fields = ["code", "name", "parent", "telephone"]

    def clean_parent(self) -> Agency | None:
        parent: Agency | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.pk in agencies_with_those_below(self.instance.pk):
            raise ValidationError(_("An agency cannot be directed by itself or by one below it."))
        return parent


class AgencyAreaInline(OfficersOnly, PlainChoices, TabularInline):
    model = AgencyArea
    extra = 0
    autocomplete_fields = ["division"]
    ordering = ["division__code"]


class AgencyResource(TableResource):
    parent = Field(
        attribute="parent", column_name="parent", widget=CodeWidget(Agency, field="code")
    )

    class Meta(TableResource.Meta):
        model = Agency
        fields = ("code", "name", "parent", "telephone")
        import_id_fields = ("code",)


@admin.register(Agency)
class AgencyAdmin(TableAdmin):
    form = AgencyForm
    resource_classes = [AgencyResource]
    inlines = [AgencyAreaInline]
    list_display = ["code", "name", "parent", "telephone"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    ordering = ["code"]
    autocomplete_fields = ["parent"]


@admin.register(AgencyArea)
class AgencyAreaAdmin(ConsoleAdmin):
    list_display = ["division", "code", "agency"]
    list_select_related = ["division", "agency"]
    list_filter = ["agency"]
    search_fields = ["division__name", "division__code"]
    ordering = ["division__code"]
    autocomplete_fields = ["division", "agency"]

    @admin.display(description=_("code"), ordering="division__code")
    def code(self, area: AgencyArea) -> str:
        return area.division.code
