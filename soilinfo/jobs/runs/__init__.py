"""A run and what it leaves: versions, publications, findings, history; what every job stands on."""
