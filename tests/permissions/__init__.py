from __future__ import annotations

import pytest

# Collected with the tests of the paths, whose sample they share; their names begin with no "test".
pytest.register_assert_rewrite("tests.permissions.exports", "tests.permissions.traces")
