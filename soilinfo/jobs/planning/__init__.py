"""What planners ask on top of land evaluation: areas, choices, what-ifs, zoning, fact sheets."""
