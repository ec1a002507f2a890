"""A short run of `tests/trials/fuzz.py`: no 500, no traceback, no connection out. `docs/security.md` has a long
one."""

import pytest
from fuzz import run


@pytest.mark.slow
def test_nothing_that_is_sent_is_too_much(tmp_path):
    statuses, slowest = run(300, 1, tmp_path / "home", patience=30)
    assert sum(statuses.values()) >= 300
    assert {"200", "400", "404", "422"} <= set(statuses)
    assert slowest < 30
