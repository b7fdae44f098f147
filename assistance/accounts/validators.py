"""What a password must be beyond Django's own rules."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assistance.accounts.models import PasswordUsed, User

REMEMBERED = 5
LONGEST = 128
KINDS = 3


class NotEndless:
    """No more than anybody types or keeps: what is longer only costs time."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Your password must have no more than %(most)d characters.") % {"most": LONGEST}


class KindsOfCharacters:
    """Three of: small letters, capitals, digits, other signs."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = [
            any(sign.islower() for sign in password),
            any(sign.isupper() for sign in password),
            any(sign.isdigit() for sign in password),
            any(not sign.isalnum() for sign in password),
        ]
        if sum(kinds) < KINDS:
            raise ValidationError(self.get_help_text(), code="password_of_few_kinds")

    def get_help_text(self) -> str:
        return _(
            "Your password must hold three of these: small letters, capitals, digits, other signs."
        )


class NotUsedBefore:
    """Not the password one has, nor one of the five before it."""

    def validate(self, password: str, user: object = None) -> None:
        if not isinstance(user, User) or not user.pk:
            return
        # From the database: a form may have put the new password on the user already.
        present = User.objects.filter(pk=user.pk).values_list("password", flat=True)
        before = PasswordUsed.objects.filter(user=user).order_by("-at", "-id")
        used = {*present, *before.values_list("encoded", flat=True)[:REMEMBERED]}
        if any(check_password(password, encoded) for encoded in used):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return _("Your password must not be one of your last five.")
