"""Where the real data lie that some tests read; they are never part of the repository."""

from pathlib import Path

import pytest

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"

needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real data sets (../shared/real) are not here"
)
