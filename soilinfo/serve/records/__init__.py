"""OGC API Records: what is published, how it came about, and what can be computed of it."""
