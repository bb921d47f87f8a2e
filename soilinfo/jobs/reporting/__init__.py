"""Country reports: drafted from what is published, submitted, approved, written out and verified."""
