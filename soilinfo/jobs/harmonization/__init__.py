"""Soil profiles as the public may see them, and what they are at common depths and by common methods."""
