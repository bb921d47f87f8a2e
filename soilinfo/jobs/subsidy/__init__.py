"""Fertilizer-subsidy targeting: ratings and nutrient status of soils, rates, need, and allocations."""
