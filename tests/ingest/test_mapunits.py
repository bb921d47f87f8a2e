"""A soil map read and judged: every fault of its units, components and polygons is told."""

from copy import deepcopy
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, affinity

from soilinfo.catalog.mapunits import SoilMap, unit_colours
from soilinfo.catalog.models import Property, Ramp
from soilinfo.errors import SourceError
from soilinfo.findings import MAPUNIT_CHECKS, Finding
from soilinfo.ingest.checks.mapunits import CHECKS, SoilMapEvidence, judge_soil_map
from soilinfo.ingest.mapunits import (
    components_of,
    polygons_of,
    published_components,
    published_polygons,
    typed,
    unit_soils,
)
from soilinfo.ingest.vector import repair
from tests.soil_map import COLUMNS, CONFIG, components, polygons

TITLE = {"en": "a", "id": "a"}
RAMP = Ramp(low=0, high=1, colours=("#000000", "#ffffff"))
PROPERTIES = {
    "ph_h2o": Property(id="ph_h2o", title=TITLE, theme="soil", unit="pH", valid_range=(0, 14), ramp=RAMP),
    "soc": Property(id="soc", title=TITLE, theme="soil", unit="%", valid_range=(0, 60), ramp=RAMP),
    "drainage": Property(id="drainage", title=TITLE, theme="soil", kind="class", class_table="drainage"),
}

LONG = {
    "upper_field": "ATAS",
    "lower_field": "BAWAH",
    "properties": [{"column": "PH", "property": "ph_h2o", "unit": "pH"}],
}


def soil_map(components: dict[str, Any] | None = None, **changes: object) -> SoilMap:
    config = deepcopy(CONFIG) | changes
    config["tables"]["components"] |= components or {}
    return SoilMap(id="soil_map", **config)


def evidence(
    drawn: gpd.GeoDataFrame | None = None, described: pd.DataFrame | None = None, form: SoilMap | None = None
) -> SoilMapEvidence:
    form = form or soil_map()
    assert form.tables is not None
    shapes = polygons_of(polygons() if drawn is None else drawn, form.tables.polygons)
    as_read = components_of(components() if described is None else described, form.tables.components)
    geometry, repairs = repair(shapes.geometry.to_numpy())
    rows = typed(as_read, form, PROPERTIES)
    return SoilMapEvidence("soil_map", form, PROPERTIES, shapes, geometry, tuple(repairs), as_read, rows)


def judged(*args: Any, **rest: Any) -> dict[str, Finding]:
    return {finding.check: finding for finding in judge_soil_map(evidence(*args, **rest))}


def changed(column: str, row: int, value: object) -> pd.DataFrame:
    frame = components().astype({column: object})
    frame.loc[row, column] = value
    return frame


def layered(*depths: tuple[float, float]) -> dict[str, Finding]:
    rows = [("KA-1", 1, "Typic Hapludults", 100, upper, lower, 5.0) for upper, lower in depths]
    rows.append(("KA-2", 1, "Typic Endoaquepts", 100, 0, 30, 6.0))
    frame = pd.DataFrame(rows, columns=[*COLUMNS[:4], "ATAS", "BAWAH", "PH"])
    return judged(described=frame, form=soil_map(LONG))


# ---- a sound map ------------------------------------------------------------------------


def test_a_sound_map_has_nothing_to_tell_but_its_units_without_soil():
    assert {check: finding.severity for check, finding in judged().items()} == {"non_soil_units": "note"}


def test_every_check_is_listed_for_config_under_its_own_name():
    beside_published = ("polygons_lost", "components_lost")
    assert (*(check.__name__ for check in CHECKS), *beside_published) == MAPUNIT_CHECKS


def test_values_come_in_the_units_of_the_properties_one_row_a_depth():
    rows = evidence().rows.set_index(["unit_code", "component", "upper_cm"])
    assert rows.loc[("KA-1", "1", 0.0), "soc"] == 1.6
    assert rows.loc[("KA-1", "1", 30.0), "ph_h2o"] == 4.8
    assert np.isnan(rows.loc[("KA-1", "1", 30.0), "soc"])
    assert list(rows.loc[("KA-1", "2")]["drainage"]) == ["moderately_well"] * 2


def test_a_component_without_any_value_by_depth_keeps_its_share():
    frame = components()
    frame.loc[2, ["PH_0_30", "PH_30_60", "C_0_30"]] = np.nan
    rows = evidence(described=frame).rows
    alone = rows[rows["unit_code"] == "KA-2"]
    assert len(alone) == 1
    assert alone["upper_cm"].isna().all()
    assert alone["share_pct"].tolist() == [100]


def test_polygons_carry_all_components_of_their_unit_never_one_soil():
    seen = evidence()
    frame = published_polygons(
        seen.polygons, seen.geometry, seen.repairs, seen.area_ha, unit_soils(seen.rows)
    )
    first = frame.set_index("id").loc["KA-1.1"]
    assert first["soils"] == "Typic Hapludults 60 %, Aquic Hapludults 40 %"
    assert first["component_count"] == 2
    assert '"share_pct":40.0' in first["components"]
    water = frame.set_index("id").loc["AIR.1"]
    assert (water["component_count"], water["components"]) == (0, "[]")
    assert pd.isna(water["soils"])
    assert sorted(frame["id"]) == ["AIR.1", "KA-1.1", "KA-2.1", "KA-2.2"]


def test_the_rows_of_components_are_ordered_and_named_by_unit_component_and_depth():
    frame = published_components(evidence().rows)
    assert frame["id"].tolist() == [
        *("KA-1.1.0", "KA-1.1.30", "KA-1.2.0", "KA-1.2.30"),
        *("KA-2.1.0", "KA-2.1.30"),
    ]
    assert frame.geometry.isna().all()


# ---- shares -----------------------------------------------------------------------------


def test_shares_that_do_not_add_up_block_and_the_unit_is_named_with_its_place():
    finding = judged(described=changed("PERSEN", 1, 30))["shares_add_up"]
    assert (finding.severity, finding.count) == ("block", 1)
    assert "KA-1 90 %" in finding.message
    longitude, latitude = finding.evidence["place"]
    assert 120.0 < longitude < 120.25
    assert -7.25 < latitude < -7.0


@pytest.mark.parametrize(("share", "told"), [(40.5, False), (40.6, True), (39.4, True)])
def test_the_tolerance_of_shares_is_configuration(share: float, told: bool):
    assert ("shares_add_up" in judged(described=changed("PERSEN", 1, share))) is told
    assert "shares_add_up" not in judged(
        described=changed("PERSEN", 1, share), form=soil_map(share_tolerance_pct=1)
    )


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_shares_cut_to_add_up_always_pass_and_one_that_is_left_out_never_does(weights: list[int]):
    shares = [100 * weight / sum(weights) for weight in weights]
    rows = [("KA-1", at, f"soil {at}", share, 5, 5.0, 5.0, 10.0) for at, share in enumerate(shares)]
    other = components().iloc[2:]
    frame = pd.concat([pd.DataFrame(rows, columns=COLUMNS), other])
    assert "shares_add_up" not in judged(described=frame)
    less = [*shares[:-1], shares[-1] - 0.6]
    told = judged(described=frame.assign(PERSEN=[*less, 100]))
    assert "shares_add_up" in told


@pytest.mark.parametrize(("value", "shown"), [(None, "none"), (0, "0 %"), (-40, "-40 %"), (140, "140 %")])
def test_a_share_that_cannot_be_blocks(value: object, shown: str):
    finding = judged(described=changed("PERSEN", 1, value))["share_range"]
    assert finding.severity == "block"
    assert f"KA-1/2 {shown}" in finding.message


# ---- units and components ---------------------------------------------------------------


def test_a_unit_without_components_blocks_unless_config_calls_it_no_soil():
    told = judged(form=soil_map(non_soil={}))
    assert told["units_without_components"].severity == "block"
    assert "AIR" in told["units_without_components"].message
    assert "shares_add_up" not in told


def test_components_that_are_drawn_nowhere_are_a_warning():
    finding = judged(drawn=polygons().iloc[1:])["components_without_polygon"]
    assert (finding.severity, finding.evidence["examples"]) == ("warn", ["KA-1"])


def test_a_component_that_is_told_twice_blocks():
    twice = pd.concat([components(), components().iloc[:1].assign(PERSEN=10)])
    assert "KA-1/1" in judged(described=twice)["duplicate_components"].message


def test_rows_without_unit_component_or_soil_block():
    finding = judged(described=changed("TANAH", 0, None))["missing_codes"]
    assert "row 1 (soil_name)" in finding.message
    drawn = polygons().astype({"SPT": object})
    drawn.loc[3, "SPT"] = None
    assert "polygon 4" in judged(drawn=drawn)["missing_codes"].message


def test_soil_codes_that_the_legend_does_not_have_block():
    legend = {"Typic Hapludults": "Typic Hapludults", "Aquic Hapludults": "Aquic Hapludults"}
    finding = judged(form=soil_map(soil_legend=legend))["unknown_soils"]
    assert finding.evidence["examples"] == ["Typic Endoaquepts"]


def test_a_legend_turns_codes_into_names():
    frame = components().assign(TANAH=[1, 2, 3])
    form = soil_map(soil_legend={1: "Typic Hapludults", 2: "Aquic Hapludults", 3: "Typic Endoaquepts"})
    seen = evidence(described=frame, form=form)
    assert judge_soil_map(seen)[0].check == "non_soil_units"
    assert set(seen.rows["soil_name"]) == set(components()["TANAH"])


# ---- values and depths ------------------------------------------------------------------


def test_a_value_that_cannot_be_is_told_with_unit_component_and_depth():
    finding = judged(described=changed("PH_30_60", 1, 51))["value_range"]
    assert finding.severity == "block"
    assert "ph_h2o 51.0 (KA-1/2, 30-60 cm)" in finding.message


def test_a_value_that_is_no_number_is_no_missing_value():
    finding = judged(described=changed("PH_0_30", 0, "4,6"))["unreadable_values"]
    assert "ph_h2o 4,6 (KA-1/1, 0-30 cm)" in finding.message


def test_a_class_code_without_a_class_blocks():
    finding = judged(described=changed("DRAINASE", 2, 9))["unknown_codes"]
    assert "drainage 9 (KA-2/1" in finding.message


@pytest.mark.parametrize(
    "depths", [[(30, 0)], [(0, 30), (20, 60)], [(-5, 10)], [(0, 0)], [(0, 30), (30, float("nan"))]]
)
def test_depths_that_are_inverted_overlapping_or_incomplete_block(depths: list[tuple[float, float]]):
    assert layered(*depths)["depth_intervals"].severity == "block"


@pytest.mark.parametrize("depths", [[(0, 30), (60, 90)], [(30, 60)]])
def test_depths_that_leave_soil_out_are_a_warning(depths: list[tuple[float, float]]):
    told = layered(*depths)
    assert told["depth_gaps"].severity == "warn"
    assert "depth_intervals" not in told


def test_depths_one_below_the_other_are_sound():
    assert set(layered((0, 20), (20, 50), (50, 100))) == {"non_soil_units"}


# ---- polygons ---------------------------------------------------------------------------


def test_polygons_that_overlap_are_told_with_their_area_and_place():
    drawn = polygons()
    drawn.loc[0, "geometry"] = affinity.translate(drawn.geometry[0], 0.01)
    finding = judged(drawn=drawn)["overlapping_polygons"]
    assert finding.severity == "warn"
    assert "KA-1 and KA-2" in finding.message
    assert 120.25 < finding.evidence["place"][0] < 120.26


def test_an_invalid_polygon_is_repaired_and_told():
    drawn = polygons()
    west, south, east, north = drawn.geometry[0].bounds
    drawn.loc[0, "geometry"] = Polygon([(west, south), (east, north), (east, south), (west, north)])
    finding = judged(drawn=drawn)["invalid_geometry"]
    assert (finding.severity, finding.count) == ("warn", 1)


def test_a_polygon_without_a_geometry_blocks():
    drawn = polygons()
    drawn.loc[0, "geometry"] = None
    assert judged(drawn=drawn)["null_geometry"].severity == "block"


def test_polygons_too_small_for_the_scale_are_noted():
    # 0.4 cm2 at 1:50,000 are 10 ha; the quarters have some 76,000 ha, which 1:10,000,000 cannot show.
    assert "small_polygons" not in judged()
    finding = judged(form=soil_map(scale=10_000_000))["small_polygons"]
    assert (finding.severity, finding.count) == ("note", 4)
    assert "400000 ha" in finding.message


def test_config_may_change_what_a_check_does():
    form = soil_map(severity={"shares_add_up": "warn"})
    assert judged(described=changed("PERSEN", 1, 30), form=form)["shares_add_up"].severity == "warn"


def test_a_column_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(SourceError, match=r"no column 'PERSEN'.*SPT"):
        evidence(described=components().drop(columns="PERSEN"))


# ---- colours ----------------------------------------------------------------------------


def test_units_of_one_soil_share_a_hue_and_the_printed_colour_wins():
    colours = unit_colours({"A1": "Udults", "A2": "Udults", "B1": "Aquepts"}, {"B1": "#123456"})
    assert colours["B1"] == "#123456"
    assert len(set(colours.values())) == 3
