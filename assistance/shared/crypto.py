"""Encryption of what may not be read from a stolen disk, behind one small interface.

A cipher text is: key version (1 byte), nonce (12 bytes), AES-256-GCM cipher text with tag. The column's
label is authenticated with it, so a value copied into another column does not decrypt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


@lru_cache(maxsize=1)
def _keyring(lines: tuple[str, ...]) -> dict[int, AESGCM]:
    """Key version to cipher, newest first, as the setting lists them."""
    ring: dict[int, AESGCM] = {}
    for line in lines:
        version, _, key = line.partition(":")
        ring[int(version)] = AESGCM(base64.urlsafe_b64decode(key))
    return ring


def newest_version() -> int:
    """The version of the key that encrypts now."""
    return next(iter(_keyring(tuple(settings.DATA_KEYS))))


def encrypt_bytes(data: bytes, *, label: str) -> bytes:
    """Encrypt with the newest key; `label` names the place and must be given again to decrypt."""
    version, cipher = next(iter(_keyring(tuple(settings.DATA_KEYS)).items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return bytes([version]) + nonce + cipher.encrypt(nonce, data, label.encode())


def decrypt_bytes(data: bytes, *, label: str) -> bytes:
    """Decrypt with the key version in the first byte; raises InvalidTag if altered or misplaced."""
    cipher = _keyring(tuple(settings.DATA_KEYS))[data[0]]
    nonce, body = data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :]
    return cipher.decrypt(nonce, body, label.encode())


def encrypt(text: str, *, label: str) -> bytes:
    """Encrypt a text as `encrypt_bytes` does; `label` names the column."""
    return encrypt_bytes(text.encode(), label=label)


def decrypt(data: bytes, *, label: str) -> str:
    """Decrypt a text as `decrypt_bytes` does."""
    return decrypt_bytes(data, label=label).decode()


def digest(text: str, *, label: str) -> bytes:
    """A keyed digest (HMAC-SHA256) for equality search on an encrypted column."""
    message = label.encode() + b"\0" + text.encode()
    return hmac.new(settings.DIGEST_KEY.encode(), message, hashlib.sha256).digest()


def digests(texts: Iterable[str], *, label: str) -> list[bytes]:
    """`digest` of many texts under one label; key and label are hashed once (RFC 2104)."""
    inner, outer = _hmac_halves(settings.DIGEST_KEY.encode())
    inner.update(label.encode() + b"\0")
    found = []
    for text in texts:
        message, whole = inner.copy(), outer.copy()
        message.update(text.encode())
        whole.update(message.digest())
        found.append(whole.digest())
    return found


def _hmac_halves(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    block = hashlib.sha256().block_size
    if len(key) > block:
        key = hashlib.sha256(key).digest()
    key = key.ljust(block, b"\0")
    return (
        hashlib.sha256(bytes(byte ^ 0x36 for byte in key)),
        hashlib.sha256(bytes(byte ^ 0x5C for byte in key)),
    )
