"""Checks of an ingestion: each one small named function that looks and, perhaps, finds."""
