"""What people do about land that falls short of what a crop asks."""

from collections.abc import Mapping

MEASURES: Mapping[str, str] = {
    "ph_h2o": "liming",
    "base_saturation": "liming",
    "cec": "organic_matter",
    "soc": "organic_matter",
    "n_total": "fertiliser",
    "p2o5_hcl25": "fertiliser",
    "k2o_hcl25": "fertiliser",
    "drainage": "drainage",
    "flood_height": "flood_protection",
    "flood_duration": "flood_protection",
    "salinity_ec": "leaching",
    "esp": "leaching",
    "slope": "conservation",
    "erosion_soil_loss": "conservation",
    "erosion_class": "conservation",
    "rainfall_annual": "irrigation",
    "dry_months": "irrigation",
    "wet_months": "irrigation",
}
"""Measure by characteristic; the text of each is ``measure.<name>``. The list is ours, not a standard's."""
