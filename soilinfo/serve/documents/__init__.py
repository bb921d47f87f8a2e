"""The documents that describe the service and its collections."""
