"""Products of the Global Soil Partnership: a country's layers out, checked, and in."""
