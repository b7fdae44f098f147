"""The forms of awards, batches and the fund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.payments.bank_files import LARGEST_RETURN
from assistance.payments.models import (
    Award,
    Batch,
    FundSource,
    FundYear,
    LedgerTransaction,
    Programme,
)
from assistance.payments.queries import fund_years_visible_to, read_elsewhere
from assistance.payments.states import AccountChange
from assistance.registry.models import BankAccount
from assistance.registry.queries import usable_accounts
from assistance.web.forms.base import ScreenForm, amount_field, date_field
from assistance.web.forms.cases import AccountField

Kind = LedgerTransaction.Kind
GIVEN = [(kind.value, kind.label) for kind in (Kind.BUDGET, Kind.TOP_UP, Kind.CARRY_OVER)]

if TYPE_CHECKING:
    FundYearBase = forms.ModelChoiceField[FundYear]
else:
    FundYearBase = forms.ModelChoiceField


class FundYearField(FundYearBase):
    def label_from_instance(self, obj: FundYear) -> str:
        return str(obj)


class ReleaseForm(ScreenForm):
    """Nothing to say: the operation looks whether account and person still allow it."""

    submit_label = _("Let it be paid")


class UsableAccountForm(ScreenForm):
    """Chooses among the accounts on the person's record that may be paid to."""

    account = AccountField(
        label=_("Account"),
        queryset=BankAccount.objects.none(),
        help_text=_("Only accounts in use that a second person has checked."),
    )

    def __init__(self, award: Award, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.fields["account"]
        assert isinstance(account, forms.ModelChoiceField)
        account.queryset = usable_accounts(award.person)
        account.initial = award.account_id


class ReissueForm(UsableAccountForm):
    submit_label = _("Reissue the payment")
    rows = (("account",),)


class AwardAccountForm(UsableAccountForm):
    submit_label = _("Pay to this account")
    rows = (("account",), ("reason", "note"))

    reason = forms.ChoiceField(label=_("Why the account changes"), choices=AccountChange.choices)
    note = forms.CharField(label=_("Note"), max_length=150, required=False)


class BounceForm(ScreenForm):
    submit_label = _("The payment came back")
    submit_class = "btn-outline-danger"
    rows = (("came_back_on", "reference"), ("reason",))

    came_back_on = date_field(label=_("Came back on"), initial=localdate)
    reference = forms.CharField(
        label=_("Bank's number of the returned transfer"),
        max_length=40,
        help_text=_("The same number counts once."),
    )
    reason = forms.CharField(label=_("Bank's reason"), max_length=200)


class MoveYearForm(ScreenForm):
    submit_label = _("Move to this fund account")
    rows = (("fund_year",),)

    fund_year = FundYearField(label=_("Fund account"), queryset=FundYear.objects.none())

    def __init__(self, award: Award, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund_year"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = fund_years_visible_to(user).filter(
            agency=award.agency_id,
            programme=award.programme,
            source=award.fund_year.source_id,
            year__gt=award.fund_year.year,
        )


class AwardsField(forms.MultipleChoiceField):
    """The ids of awards. Whether they may be paid now the operation says, award by award."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal()


class DrawUpForm(forms.Form):
    award = AwardsField(required=False)


class ConfirmForm(ScreenForm):
    """Carries the sum that was on screen, so that another one is refused."""

    submit_label = _("I compared it: confirm the batch")

    total = forms.DecimalField(max_digits=16, decimal_places=2, widget=forms.HiddenInput)


class BankFileForm(ScreenForm):
    """A csv of the bank."""

    submit_label = _("Read the file")
    rows = (("file",),)

    file = forms.FileField(
        label=_("File of the bank (csv)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_RETURN:
            raise ValidationError(gettext("The file is larger than a return file can be."))
        return file


class ReturnForm(BankFileForm):
    """An answer of the bank; a file that was read for another batch is asked about."""

    is_new_answer = forms.BooleanField(
        label=_("I have asked the bank: this file answers this batch as well"),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, batch: Batch, _user: User, *posted: Any) -> None:
        super().__init__(*posted)
        self.batch = batch

    def clean_file(self) -> UploadedFile[Any]:
        file = super().clean_file()
        if read_elsewhere(self.batch, file.read()) is not None:
            self.fields["is_new_answer"].widget = forms.CheckboxInput()
        file.seek(0)
        return file


class OpenYearForm(ScreenForm):
    submit_label = _("Open the fund account")
    rows = (("programme", "year"), ("source",))

    programme = forms.ChoiceField(label=_("Programme"), choices=Programme.choices)
    year = forms.TypedChoiceField(label=_("Year of payment"), coerce=int)
    source = forms.ModelChoiceField(
        label=_("Source of the special fund"),
        queryset=FundSource.objects.none(),
        required=False,
        empty_label=_("None: the assistance fund itself"),
        help_text=_("Only for bottom-line payments out of a fund that others fill."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = FundSource.objects.filter(agency=user.agency, in_use=True).order_by(
            "name"
        )
        this_year, year = localdate().year, self.fields["year"]
        assert isinstance(year, forms.ChoiceField)
        year.choices = [(y, str(y)) for y in (this_year, this_year + 1)]


class BudgetForm(ScreenForm):
    submit_label = _("Book it")
    rows = (("kind", "amount"), ("reference", "note"))

    kind = forms.ChoiceField(label=_("Kind"), choices=GIVEN)
    amount = amount_field(label=_("Amount (yuan)"), min_value=0.01)
    reference = forms.CharField(
        label=_("Number of the paper"),
        max_length=50,
        help_text=_("The same paper counts once."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
