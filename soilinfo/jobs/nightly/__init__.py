"""Pipelines that run with nobody watching: when they are due, how they are run, watched and told of."""
