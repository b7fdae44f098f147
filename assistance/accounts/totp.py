"""Codes of thirty seconds (RFC 6238) as every authenticator shows them: SHA-1, six digits."""

from __future__ import annotations

import base64
import io
import secrets
from datetime import datetime

import qrcode
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from qrcode.image.svg import SvgPathImage

SECONDS = 30
SECRET_BYTES = 20
# A telephone may be half a minute off.
DRIFT = 1


def new_secret() -> str:
    """160 random bits as base32, the way they are typed by hand."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, at: datetime) -> str:
    """The code that an authenticator shows at this moment."""
    return _totp(secret).generate(at.timestamp()).decode()


def matching_step(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """The step whose code this is, among now and its neighbours, later than `after`; else None.

    All candidates are compared, so the time it takes says nothing.
    """
    now, found = int(at.timestamp()) // SECONDS, None
    for step in range(now - DRIFT, now + DRIFT + 1):
        shown = _totp(secret).generate(step * SECONDS)
        if bytes_eq(shown, code.encode()) and step > after:
            found = step
    return found


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the square picture holds: otpauth://totp/…"""
    return _totp(secret).get_provisioning_uri(account, issuer)


def picture(text: str) -> str:
    """A QR code as the source of an <img>: SVG, so that it needs neither a file nor a script."""
    buffer = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(buffer)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()


def _totp(secret: str) -> TOTP:
    # Authenticators know SHA-1 alone; as an HMAC key under a secret it is not what was broken.
    return TOTP(base64.b32decode(secret), 6, SHA1(), SECONDS)
