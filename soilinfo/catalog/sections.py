"""The sections of config/, each a file of its name or a folder: what they hold, and what a base lends."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.choice import AvailableLand, Choice, LandUseConflict
from soilinfo.catalog.criteria_sets import RegionalCriteria
from soilinfo.catalog.doses import Doses
from soilinfo.catalog.equations import Equation
from soilinfo.catalog.fertilizers import Fertilizer
from soilinfo.catalog.gsp import GspProduct
from soilinfo.catalog.harmonization import Harmonization
from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.land_degradation import LandDegradation
from soilinfo.catalog.models import (
    ClassTable,
    Country,
    Crop,
    GridSpec,
    LandEvaluation,
    Layer,
    Level,
    Model,
    Property,
    SoilMap,
    Table,
)
from soilinfo.catalog.nutrient_status import NutrientStatus
from soilinfo.catalog.procedures import Procedure
from soilinfo.catalog.ratings import RatingEdition
from soilinfo.catalog.reporting import Region, Report
from soilinfo.catalog.services import Services
from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.catalog.subsidy import Subsidy
from soilinfo.catalog.threats import InventoryItem, Threat
from soilinfo.catalog.what_ifs import SavedWhatIf
from soilinfo.catalog.zoning import Rehabilitation, SoilCrosswalk, Zoning

Form = Literal["entry", "entries", "folder"]
"""A file that is one entry, a file that maps ids to entries, or a folder with a file for each entry."""


class Section(NamedTuple):
    """What a section holds and how it is kept."""

    model: type[Model]
    """The type of its entries."""
    form: Form = "folder"
    lent: bool = False
    """Whether the base's files stand where the country has none of its own of that name."""
    needed: bool = False
    """Whether there is no configuration without its file."""
    field: str = ""
    """Its name in the catalog, where that is another one."""


SECTIONS: Mapping[str, Section] = {
    "country": Section(Country, "entry", needed=True),
    "grid": Section(GridSpec, "entry", needed=True),
    "services": Section(Services, "entry", needed=True),
    "evaluation": Section(LandEvaluation, "entry", lent=True, needed=True),
    "properties": Section(Property, "entries", lent=True, needed=True),
    "regions": Section(Level, "entries", needed=True, field="levels"),
    "classes": Section(ClassTable, lent=True, field="class_tables"),
    "crops": Section(Crop, lent=True),
    "fallback_crops": Section(Crop, lent=True),
    "regional_criteria": Section(RegionalCriteria),
    "layers": Section(Layer),
    "soil_maps": Section(SoilMap),
    "soil_profiles": Section(SoilProfiles),
    "procedures": Section(Procedure, "entries", lent=True),
    "equations": Section(Equation, lent=True),
    "harmonization": Section(Harmonization, "entry", lent=True),
    "tables": Section(Table),
    "what_ifs": Section(SavedWhatIf, lent=True),
    "choice": Section(Choice, "entry", lent=True),
    # These two name layers, which are always a country's own.
    "available_land": Section(AvailableLand, "entry"),
    "land_use_conflict": Section(LandUseConflict, "entry"),
    "zoning": Section(Zoning, "entry", lent=True),
    "soil_crosswalks": Section(SoilCrosswalk, lent=True),
    "rehabilitation": Section(Rehabilitation, "entry", lent=True),
    "ratings": Section(RatingEdition, lent=True),
    "nutrient_status": Section(NutrientStatus, lent=True, field="nutrient_statuses"),
    "fertilizers": Section(Fertilizer, lent=True),
    "doses": Section(Doses, lent=True),
    "subsidy": Section(Subsidy, "entry"),
    "allocations": Section(AllocationPlan),
    "gsp": Section(GspProduct, lent=True),
    "indicators": Section(Indicator, lent=True),
    "land_degradation": Section(LandDegradation, "entry"),
    "threats": Section(Threat, "entries", lent=True),
    "inventory": Section(InventoryItem, "entries", lent=True),
    "report": Section(Report, "entry"),
    "region": Section(Region, "entry"),
}
