"""Legends as pictures."""
