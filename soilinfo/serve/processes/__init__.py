"""Processes of OGC API Processes: thin descriptions over :mod:`soilinfo.jobs.area`."""
