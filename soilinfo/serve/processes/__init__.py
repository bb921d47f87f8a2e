"""Processes of OGC API Processes: thin descriptions over :mod:`soilinfo.jobs.planning.area`."""
