"""Soil profiles in: from the forms that people send to profiles, elements and observations."""
