"""What other soil information systems fetch: the three addresses of a node of GloSIS (FAO-SID/SIS-dev)."""
