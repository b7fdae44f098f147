from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.accounts.queries import townships_of
from assistance.cases.models import Application
from assistance.web.forms.base import ScreenForm, text_area


class ProposeForm(ScreenForm):
    """To another township of the agency; the one the patient moved to is chosen beforehand."""

    submit_label = _("Offer the case")
    rows = (("to_township",), ("reason",))

    to_township = forms.ModelChoiceField(label=_("To township"), queryset=Division.objects.none())
    reason = text_area(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["to_township"]
        assert isinstance(township, forms.ModelChoiceField)
        others = townships_of(application.agency).exclude(pk=application.township_id)
        township.queryset = others
        if application.person.township_id != application.township_id:
            township.initial = application.person.township_id


class AcceptForm(ScreenForm):
    submit_label = _("Take the case over")


class DeclineForm(ScreenForm):
    submit_label = _("Decline")
    submit_class = "btn-outline-danger"
    rows = (("reason",),)
    reason = text_area(label=_("Reason"), max_length=300)


class TakeBackForm(DeclineForm):
    submit_label = _("Take the offer back")
