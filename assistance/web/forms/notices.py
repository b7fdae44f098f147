from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division, User
from assistance.web.choices import PROGRAMMES, townships_in_scope
from assistance.web.forms.base import ScreenForm, date_field, text_area


class DrawUpForm(ScreenForm):
    submit_label = _("Draw up the notice")
    rows = (("township", "programme"),)

    township = forms.ModelChoiceField(label=_("Township"), queryset=Division.objects.none())
    programme = forms.ChoiceField(label=_("Programme"), choices=PROGRAMMES)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(user)
        township.initial = user.township_id


class PostForm(ScreenForm):
    submit_label = _("Record the posting")
    rows = (("posted_on", "place"),)

    posted_on = date_field(label=_("Posted on"), initial=localdate)
    place = forms.CharField(label=_("Posted at"), max_length=120)


class CertifyForm(ScreenForm):
    submit_label = _("Certify")
    rows = (("text",),)

    text = text_area(label=_("Certificate of posting"), max_length=500)
