"""Figures of reports on paper: maps of units, values with intervals, shares, ranks."""
