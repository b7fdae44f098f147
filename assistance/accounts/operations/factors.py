"""The second factor: set up, asked for, replaced by recovery codes, taken off when it is lost."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts import totp
from assistance.accounts.models import FactorReset, RecoveryCode, SecondFactor, User, UserChange
from assistance.accounts.operations.notes import note
from assistance.accounts.operations.sessions import end_sessions
from assistance.accounts.permissions import check_officer
from assistance.shared import crypto
from assistance.shared.errors import NotAllowed, Refused

RECOVERY_CODES = 10
Kind = UserChange.Kind


@transaction.atomic
def confirm_factor(user: User, code: str, *, secret: str, at: datetime) -> list[str]:
    """The secret that was offered counts from now on; returns ten recovery codes, which nobody sees again.

    An offer belongs to the session that asked for it and is kept there: kept with the user, whoever
    knew the first password could read it beforehand. Raises Refused for a code that it does not show now.
    """
    step = totp.matching_step(secret, code, at=at, after=0)
    if step is None:
        raise Refused(
            _("This code is not right. Compare the clock of the telephone and try again.")
        )
    factor, _made = SecondFactor.objects.select_for_update().get_or_create(user=user)
    factor.secret, factor.confirmed_at, factor.last_step = secret, at, step
    factor.save(update_fields=["secret", "confirmed_at", "last_step"])
    note(user, Kind.FACTOR, "", by=user, at=at)
    return _new_codes(factor)


@transaction.atomic
def give_code(user: User, code: str, *, at: datetime) -> bool:
    """Whether this is the authenticator's code now, or a recovery code; each is good once."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None or factor.confirmed_at is None:
        return False
    plain = code.replace(" ", "").replace("-", "").lower()
    step = totp.matching_step(factor.secret, plain, at=at, after=factor.last_step)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        return True
    unused = factor.codes.filter(digest=_digest(factor, plain), used_at=None)
    if not unused.update(used_at=at):
        return False
    left = factor.codes.filter(used_at=None).count()
    text = _("A recovery code was used; %(left)d are left.") % {"left": left}
    note(user, Kind.RECOVERY, text, by=user, at=at)
    return True


@transaction.atomic
def renew_recovery_codes(user: User, *, at: datetime) -> list[str]:
    """Ten new recovery codes; the old ones end. Raises Refused without a second factor."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None or factor.confirmed_at is None:
        raise Refused(_("%(user)s has no second factor.") % {"user": user})
    note(user, Kind.RECOVERY, "", by=user, at=at)
    return _new_codes(factor)


@transaction.atomic
def ask_factor_reset(user: User, *, reason: str, by: User, at: datetime) -> FactorReset:
    """Ask that a lost second factor be taken off. Raises Refused when there is none or it was asked."""
    check_officer(by, user=user)
    if not reason.strip():
        raise Refused(_("Give the reason."))
    if not SecondFactor.objects.select_for_update().filter(user=user).exists():
        raise Refused(_("%(user)s has no second factor.") % {"user": user})
    if FactorReset.objects.filter(user=user, decided_at=None).exists():
        raise Refused(_("This has been asked for already: another officer decides."))
    return FactorReset.objects.create(user=user, reason=reason.strip(), asked_by=by, asked_at=at)


@transaction.atomic
def decide_factor_reset(
    reset: FactorReset, *, granted: bool, by: User, at: datetime
) -> FactorReset:
    """The second officer takes the factor off, or refuses. Whoever asked does not decide."""
    reset = FactorReset.objects.select_for_update().get(pk=reset.pk)
    user = User.objects.get(pk=reset.user_id)
    check_officer(by, user=user)
    if reset.asked_by_id == by.pk:
        raise NotAllowed(_("Another officer decides: you have asked for it."))
    if reset.decided_at is not None:
        raise Refused(_("This has been decided already."))
    reset.decided_by, reset.decided_at, reset.granted = by, at, granted
    reset.save(update_fields=["decided_by", "decided_at", "granted"])
    if granted:
        SecondFactor.objects.filter(user=user).delete()
        end_sessions(user)
        note(user, Kind.FACTOR_RESET, reset.reason, by=by, at=at)
    return reset


def _new_codes(factor: SecondFactor) -> list[str]:
    factor.codes.all().delete()
    plain = [
        base64.b32encode(secrets.token_bytes(10)).decode().lower()[:10]
        for _number in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=_digest(factor, code)) for code in plain
    )
    return [f"{code[:5]}-{code[5:]}" for code in plain]


def _digest(factor: SecondFactor, code: str) -> bytes:
    return crypto.digest(code, label=f"recovery.{factor.user_id}")
