"""How the compiled loops are made: not on import, and also where no cache can be written."""

import subprocess
import sys

import numpy as np
import pytest
from numba.core.caching import CacheImpl

from soilinfo.compiled import compiled
from soilinfo.evaluate import kernel


def test_importing_the_evaluators_compiles_nothing():
    code = (
        "import soilinfo.evaluate.suitability, soilinfo.evaluate.zonal\n"
        "from soilinfo.evaluate import kernel\n"
        "assert not any(f.signatures for f in vars(kernel).values() if hasattr(f, 'signatures'))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_loop_compiles_also_where_no_cache_can_be_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    look_up = compiled(kernel.look_up.py_func)
    out = np.empty(3, np.uint16)
    look_up(np.array([5, 6, 4], np.int16), 5, np.array([7, 8, 9], np.uint16), out)
    assert out.tolist() == [7, 8, 9]
