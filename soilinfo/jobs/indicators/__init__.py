"""Indicators by administrative unit, measured on the published layers."""
