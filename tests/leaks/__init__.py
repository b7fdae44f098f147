from __future__ import annotations

import pytest

# Collected with the tests of the paths, whose sample it shares; its name begins with no "test".
pytest.register_assert_rewrite("tests.leaks.everywhere")
