"""Settings of the test suite: production's, with known keys and quick password hashing."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("DATA_KEYS", "1:" + "A" * 43 + "=")
os.environ.setdefault("DIGEST_KEY", "tests-only-digest-key")
os.environ.setdefault("DATABASE_URL", "postgres://app@localhost/app")
os.environ.setdefault("BROKER_URL", "memory://")
os.environ["HTTPS"] = "0"
os.environ["DEMO"] = "1"

from config.settings import *  # noqa: F403

ALLOWED_HOSTS = ["*"]
if template := os.environ.get("MIGRATED_DATABASE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PAPERS = tempfile.mkdtemp(prefix="yizhu-papers-")
atexit.register(shutil.rmtree, PAPERS, ignore_errors=True)
# live_server answers 404 for hashed names, so the plain storage serves the tests.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "papers": {
        "BACKEND": "assistance.files.storage.EncryptedStorage",
        "OPTIONS": {"location": PAPERS},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
