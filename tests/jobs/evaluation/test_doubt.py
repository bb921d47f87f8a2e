"""What a crop's probabilities are conditional on: every input that nobody states an uncertainty of."""

import shapely

from soilinfo.catalog.load import load
from soilinfo.jobs.evaluation.criteria import Regional
from soilinfo.jobs.evaluation.doubt import doubt_of
from soilinfo.jobs.evaluation.inputs import Input
from soilinfo.jobs.evaluation.spreads import Spread
from tests.country import ROOT


def test_a_row_that_only_a_region_has_is_among_what_counts_as_certain():
    catalog = load(ROOT / "config")
    maize, dry = catalog.crop("maize"), catalog.crop("cocoa").characteristics["dry_months"]
    assert "dry_months" not in maize.characteristics
    own = catalog.regional_criteria["maize_sendangmulya"]
    own = own.model_copy(update={"characteristics": {"dry_months": dry}})
    region = Regional(own, own.applied_to(maize), "regencies", "v", shapely.box(0, 0, 1, 1))
    inputs = {name: Input(name, name, "v", None) for name in ("ph_h2o", "slope", "dry_months")}
    doubt = doubt_of(catalog, maize, [region], inputs, {"ph_h2o": Spread("ph_h2o", {})})
    assert doubt is not None
    assert doubt.conditional_on == ["dry_months", "slope"]
