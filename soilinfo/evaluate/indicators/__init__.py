"""Indicators: land beyond thresholds with its interval, land degradation, change, ranks of threats."""
