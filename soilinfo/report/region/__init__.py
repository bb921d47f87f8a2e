"""Regional reports: what of several countries compares, in tables, words and pages."""
