"""Tests of the jobs of a region."""
