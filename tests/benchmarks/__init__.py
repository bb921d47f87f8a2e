"""Benchmarks: each module has a TITLE, a docstring saying what it measures, and ``measure()``, its rows."""
