"""Tests of regional reports: what of several countries compares."""
