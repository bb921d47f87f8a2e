"""Dividing a quantity of fertilizer among administrative units: shares, whole sacks, months, what changes."""
