"""Soil profiles drawn: depth plots of horizons, their spline and the means of depth intervals."""
