"""OGC API Features: rows of published collections, as every format that people ask for."""
