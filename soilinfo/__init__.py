"""soilinfo: a national soil information system as open software."""

__version__ = "0.1.0"
