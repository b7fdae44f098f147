"""Prints the three keys of a new installation, to be put into yizhu.env. Run it once; needs no library."""

from __future__ import annotations

import base64
import secrets
import sys


def keys() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATA_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "DIGEST_KEY": secrets.token_urlsafe(32),
    }


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}={value}\n" for name, value in keys().items())
