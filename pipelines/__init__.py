"""Pipelines: one file each, exposing PIPELINE. `soilinfo pipelines list` shows them."""
