"""Names under which results are published, in one place: cube, collection, column and URL use them alike."""

SUITABILITY = "suitability"
"""The coverage collection that has the crop as a dimension."""
TABLES = ("suitability", "properties", "classes")
"""Kinds of tables by administrative unit."""
NATION = "nation"
"""The level of one unit above all others, and the code of that unit."""
REGION = "region"
"""Stands for the subregion of what is of the whole region."""
FINDINGS = "findings"
"""The collection of what checks found about the versions served, and about what they keep out."""

HELD = "held_"
"""Beginning of the names of what is kept and never served: profiles at their exact places."""
SITES, PROFILES, HORIZONS, OBSERVATIONS = "sites", "profiles", "horizons", "observations"
"""The collections of soil profiles as their owners let the public see them."""
AS_OBSERVED = (SITES, PROFILES, HORIZONS, OBSERVATIONS)
HARMONIZED = "harmonized_profiles"
"""The collection of properties of profiles at common depths, each with the way it was converted."""
MAP_AGREEMENT, MAP_RESIDUALS = "map_agreement", "map_residuals"
"""The collections of how far maps agree with profiles: by region, and place by place."""
PROFILE_COLLECTIONS = (*AS_OBSERVED, HARMONIZED, MAP_AGREEMENT, MAP_RESIDUALS)
"""All that is made of soil profiles and served."""
REGIONAL_INDICATORS, REGIONAL_COMPARABILITY = "regional_indicators", "regional_comparability"
REGIONAL_THREATS = "regional_threats"
REGIONAL_COLLECTIONS = (REGIONAL_INDICATORS, REGIONAL_COMPARABILITY, REGIONAL_THREATS)
"""All that is made of the reports of a region's countries."""


def held_profiles(dataset: str) -> tuple[str, str, str]:
    """Names of what is kept of a dataset of profiles: profiles, their elements, and observations."""
    return f"{HELD}{dataset}_profiles", f"{HELD}{dataset}_elements", f"{HELD}{dataset}_observations"


def is_held(name: str) -> bool:
    """Whether what has that name is kept and never served."""
    return name.startswith(HELD)


def suitability_of(crop: str) -> str:
    """Name of one crop's published suitability."""
    return f"{SUITABILITY}_{crop}"


def suitability_of_map(soil_map: str) -> str:
    """Name of the evaluation of a soil map's units, told as shares."""
    return f"{SUITABILITY}_of_{soil_map}"


def made_anew_by(name: str, product: str | None = None) -> str:
    """The command that makes a collection (of a ``product``) anew, and publishes even what was withdrawn."""
    if name in PROFILE_COLLECTIONS:
        return f"soilinfo harmonize {name}"
    if name in REGIONAL_COLLECTIONS:
        return f"soilinfo region publish {name}"
    if product or name.startswith((suitability_of_map(""), *(table_of(kind, "") for kind in TABLES))):
        return f"soilinfo evaluate {product or name}"
    crop = name.removeprefix(f"{SUITABILITY}_")
    return f"soilinfo ingest {name}" if crop == name else f"soilinfo evaluate {crop}"


def table_of(kind: str, level: str) -> str:
    """Name of the table of one kind by the units of one level."""
    return f"{kind}_by_{level}"


def components_of_map(soil_map: str) -> str:
    """Name of the table of a soil map's components."""
    return f"{soil_map}_components"


def allocation_of_plan(plan: str) -> str:
    """Name of the published tables of a plan's approved allocation, without their level."""
    return f"allocation_{plan}"


def needs_of_plan(plan: str) -> str:
    """Name of the table of the needs by commodity that a plan's allocation was made by, without its level."""
    return f"allocation_{plan}_needs"


def rates_of_plan(plan: str) -> str:
    """Name of the table of the recommended rates that these needs follow from, without its level."""
    return f"allocation_{plan}_rates"
