"""Where worked examples lie that some tests read beside numbers of their own; no part of the repository."""

import pytest

from tests.real import REAL

EXAMPLES = REAL.parent / "facts" / "examples"

needs_examples = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the worked examples are not here")
