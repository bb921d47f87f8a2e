"""Pipelines: one file each, exposing PIPELINE. Run one with `python -m pipelines.<name>`."""
