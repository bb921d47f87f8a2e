"""What goes with the maps of a product: list of files, metadata records, report of the checks."""
