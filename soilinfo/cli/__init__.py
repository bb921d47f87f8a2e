"""The command line: parse, call, print. Every verb is a few lines over :mod:`soilinfo.jobs`."""
