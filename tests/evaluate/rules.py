"""Evaluation rules and packings that the tests of evaluate share, so that they need no config/."""

from soilinfo.catalog.crops import Way
from soilinfo.catalog.models import ClassEntry, ClassTable, LandEvaluation, Quality
from soilinfo.evaluate.tables import Meaning, Packing

QUALITIES = ("tc", "wa", "oa", "rc", "nr", "na", "xc", "xn", "xs", "eh", "fh", "lp")
MAY_LACK = (
    "p2o5_hcl25",
    "k2o_hcl25",
    "sulfidic_depth",
    "peat_maturity",
    "erosion_soil_loss",
    "flood_height",
    "flood_duration",
    "surface_stones",
    "rock_outcrops",
)
_FREELY = (
    "dry_months wet_months rainfall_annual drainage cec cec_clay base_saturation ph_h2o soc salinity_ec esp"
    " sulfidic_depth erosion_soil_loss flood_height flood_duration"
)
IMPROVEMENT = (
    dict.fromkeys(_FREELY.split(), (0, 1, 2))
    | dict.fromkeys(("n_total", "p2o5_hcl25", "k2o_hcl25"), (1, 2, 3))
    | dict.fromkeys(("soil_depth", "slope"), (0, 1, 1))
    | dict.fromkeys(("coarse_fragments", "peat_maturity", "surface_stones", "rock_outcrops"), (0, 0, 1))
)
IRRIGATION_ONLY: dict[str, Way] = {
    "rainfall_annual": "raises",
    "wet_months": "raises",
    "dry_months": "lowers",
}
PROTECTIVE_PEAT_CM = 300.0

HAZARD_ABSENT = {"flood_height": 0.0, "flood_duration": 0.0}

EVALUATION = LandEvaluation(
    qualities=tuple(Quality(code=code, title={"en": code, "id": code}) for code in QUALITIES),
    improvement=IMPROVEMENT,
    irrigation_only=IRRIGATION_ONLY,
    protective_peat_cm=PROTECTIVE_PEAT_CM,
    may_lack=MAY_LACK,
    hazard_absent=HAZARD_ABSENT,
    class_colours=dict.fromkeys(("S1", "S2", "S3", "N"), "#000000"),
    class_titles={key: {"en": "class", "id": "kelas"} for key in ("S1", "S2", "S3", "N")},
)

PACKINGS = {
    "temperature_mean_annual": Packing(-100, 450, 0.1, "degC"),
    "rainfall_annual": Packing(0, 12000, 1.0, "mm/yr"),
    "dry_months": Packing(0, 120, 0.1, "months"),
    "wet_months": Packing(0, 120, 0.1, "months"),
    "relative_humidity": Packing(0, 1000, 0.1, "%"),
    "coarse_fragments": Packing(0, 1000, 0.1, "% vol"),
    "soil_depth": Packing(0, 500, 1.0, "cm"),
    "peat_thickness": Packing(0, 2500, 1.0, "cm"),
    "cec": Packing(0, 3000, 0.1, "cmol(+)/kg"),
    "cec_clay": Packing(0, 3000, 0.1, "cmol(+)/kg clay"),
    "base_saturation": Packing(0, 1000, 0.1, "%"),
    "ph_h2o": Packing(200, 1200, 0.01, "pH"),
    "soc": Packing(0, 6000, 0.1, "g/kg"),
    "n_total": Packing(0, 5000, 0.01, "g/kg"),
    "p2o5_hcl25": Packing(0, 5000, 0.1, "mg/100 g"),
    "k2o_hcl25": Packing(0, 5000, 0.1, "mg/100 g"),
    "salinity_ec": Packing(0, 5000, 0.01, "dS/m"),
    "esp": Packing(0, 1000, 0.1, "%"),
    "sulfidic_depth": Packing(0, 500, 1.0, "cm"),
    "slope": Packing(0, 5000, 0.1, "%"),
    "elevation": Packing(-50, 6000, 1.0, "m"),
    "erosion_soil_loss": Packing(0, 10000, 0.1, "mm/yr"),
    "flood_height": Packing(0, 1000, 1.0, "cm"),
    "flood_duration": Packing(0, 365, 1.0, "days"),
    "surface_stones": Packing(0, 1000, 0.1, "%"),
    "rock_outcrops": Packing(0, 1000, 0.1, "%"),
}


def _class_table(name: str, groups: dict[str, str | None]) -> ClassTable:
    entries = (
        ClassEntry(code=code, id=key, title={"en": key, "id": key}, colour="#000000", group=group)
        for code, (key, group) in enumerate(groups.items(), start=1)
    )
    return ClassTable(id=name, title={"en": name, "id": name}, source="test", classes=tuple(entries))


TEXTURE_GROUPS = {
    "clay": "fine",
    "silty_clay": "fine",
    "sandy_clay": "fine",
    "clay_loam": "moderately_fine",
    "silty_clay_loam": "moderately_fine",
    "sandy_clay_loam": "moderately_fine",
    "loam": "medium",
    "silt_loam": "medium",
    "silt": "medium",
    "sandy_loam": "moderately_coarse",
    "loamy_sand": "coarse",
    "sand": "coarse",
    "heavy_clay": "very_fine",
}
_PLAIN = {
    "drainage": "rapid somewhat_rapid well moderately_well somewhat_poor poor very_poor",
    "peat_maturity": "sapric sapric_hemic hemic hemic_fibric fibric",
    "n_total_class": "very_low low medium high very_high",
    "total_n_class": "very_low low medium high very_high",
    "p2o5_class": "very_low low medium high very_high",
    "k2o_class": "very_low low medium high very_high",
    "erosion_class": "none very_light light moderate heavy very_heavy",
}
CLASS_TABLES = {"texture": _class_table("texture_usda", dict(TEXTURE_GROUPS))} | {
    name: _class_table(name, dict.fromkeys(ids.split())) for name, ids in _PLAIN.items()
}

MEANINGS: dict[str, Meaning] = {**PACKINGS, **CLASS_TABLES}
"""What the packed integers of every property mean, in units that differ from some criteria's."""
