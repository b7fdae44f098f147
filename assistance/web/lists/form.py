from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column as Cell
from crispy_forms.layout import Layout, Row, Submit
from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.web.lists.columns import Column


class ListForm(forms.Form):
    """The filter of one list.

    `orderings` maps a choice to its label and its order, which must end in a unique field; the first is
    the default. A subclass narrows the rows in `filter` and names its `columns`.
    """

    orderings: ClassVar[dict[str, tuple[str | Promise, tuple[str, ...]]]]
    columns: ClassVar[Sequence[Column]]
    # What the access log says was taken out, and the name of the file.
    subject: ClassVar[str]
    empty: ClassVar[str | Promise] = _("Nothing matches.")
    width: ClassVar[str] = "col-6 col-md-4 col-xl-2"

    order = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        order = self.fields.pop("order")
        assert isinstance(order, forms.ChoiceField)
        order.choices = [(key, label) for key, (label, _order) in self.orderings.items()]
        if len(self.orderings) > 1:
            self.fields["order"] = order
        self.helper = FormHelper(self)
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.attrs = {"data-autosubmit": "", "autocomplete": "off"}
        self.helper.layout = Layout(
            Row(*(Cell(name, css_class=self.width) for name in self.fields), css_class="g-2")
        )
        self.helper.add_input(Submit("", _("Search"), css_class="btn-primary btn-sm"))

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the filled-in fields leave."""
        raise NotImplementedError

    @property
    def ordering(self) -> tuple[str, ...]:
        chosen = self.cleaned_data.get("order") or next(iter(self.orderings))
        return self.orderings[chosen][1]
