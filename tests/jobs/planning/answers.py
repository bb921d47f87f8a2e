"""Answers about areas, compared."""

from typing import Any

import pytest


def approx(answer: Any) -> Any:
    """An answer whose numbers may differ in the last digit that is given: sums are of other parts."""
    if isinstance(answer, dict):
        return {name: approx(each) for name, each in answer.items()}
    if isinstance(answer, list):
        return [approx(each) for each in answer]
    return pytest.approx(answer, abs=2e-4) if isinstance(answer, float) else answer
