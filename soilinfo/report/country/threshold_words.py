"""Thresholds of indicators in words."""

from soilinfo.report.country.document import ReportedThreshold
from soilinfo.report.phrases import Phrases


def threshold_words(phrases: Phrases, threshold: ReportedThreshold) -> str:
    """'below 5.5'."""
    side = phrases.called("threshold_side", threshold.threshold_side)
    return f"{side} {phrases.quantity(threshold.value, 6, threshold.unit)}"
