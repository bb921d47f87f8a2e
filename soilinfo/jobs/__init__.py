"""Where science meets storage: read the store, call pure functions, record and publish."""
