"""The OGC service and its pages: pygeoapi at the edge, pinned to one published snapshot per request."""
