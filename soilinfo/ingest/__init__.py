"""Sources in: bytes become arrays and frames on the national grid, with findings. Nothing here writes."""
