"""The country report: one file that anyone can validate, read in other forms and recompute."""
