"""Tests of the sample nation."""
