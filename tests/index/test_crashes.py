"""A short run of `tests.trials.kills`: nothing that was told as done is ever lost. `docs/crash-safety.md` has a long
one."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it forks")
def test_nothing_is_lost_when_a_process_is_killed():
    call = [sys.executable, "-m", "tests.trials.kills", "--seed", "7", "--kills", "500", "--seconds", "25"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "faults: 0" in done.stdout
    assert not done.stdout.startswith("seed 7: 0 kills")
