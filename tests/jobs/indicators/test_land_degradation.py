"""Land degradation of a small country from its own maps, by cell and by unit; what is lacking is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from soilinfo.catalog.codes import Codes
from soilinfo.catalog.load import load
from soilinfo.catalog.reporting import Report
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.gsp.layers import Published
from soilinfo.jobs.indicators.area import indicator_of_area
from soilinfo.jobs.indicators.judged_land import land_findings, land_of
from soilinfo.jobs.indicators.measure import Measurement
from soilinfo.jobs.reporting.content import draft_content
from soilinfo.report.country.findings import ReportFinding
from tests.country import ROOT, write_country
from tests.jobs.planning.test_zoning import published, rows, values
from tests.reporting_country import ISO, REPORT
from tests.zoned import write_layer

CELLS = 240
COVERS = {1: "primary_forest", 2: "dryland_crops", 3: "estate_crops", 4: "water", 5: "shrub"}
DYNAMICS = {1: "declining", 4: "stable", 5: "increasing"}
BAND = CELLS // 6
"""Rows of a strip of land of one kind."""
FOREST, CROPS, PALMS, WATER, SHRUB = COVERS
VERDICTS = ["", "degraded", "stable", "improved", "not_judged", "water"]


def strips(*codes: int) -> np.ndarray:
    """Six strips from north to south, a code each."""
    return np.repeat(np.array(codes, "uint8"), BAND)[:, np.newaxis] * np.ones(CELLS, "uint8")


def write_degrading_country(directory: Path, **rules: object) -> Path:
    """From north to south: forest cleared in the baseline, forest cleared since, forest that stays, shrub
    that becomes forest, water, and palms without a map of productivity. The eastern half is peat."""
    config = write_country(directory, cells=CELLS)
    land = {"property": "land_cover", "codes": COVERS, "land": "all"}
    first = strips(FOREST, FOREST, FOREST, SHRUB, WATER, PALMS)
    write_layer(config, "cover_2000", first, time="2000", **land)
    write_layer(config, "cover_2010", strips(CROPS, FOREST, FOREST, SHRUB, WATER, PALMS), time="2010", **land)
    write_layer(config, "cover_2020", strips(CROPS, CROPS, FOREST, FOREST, WATER, PALMS), time="2020", **land)
    dynamics = {"property": "land_productivity", "codes": DYNAMICS, "land": "all"}
    write_layer(config, "dynamics", strips(4, 4, 4, 4, 4, 4), time="2000/2010", **dynamics)
    clouded = strips(4, 4, 4, 4, 4, 0)
    write_layer(config, "dynamics_2020", clouded, time="2010/2020", nodata=[0], **dynamics)
    peat = np.zeros((CELLS, CELLS), "float32")
    peat[:, CELLS // 2 :] = 50
    write_layer(config, "peat_thickness", peat, unit="cm")
    shipped = yaml.safe_load((ROOT / "config/land_degradation.yaml").read_text("utf-8"))
    periods = {
        "baseline": {
            "years": [2000, 2010],
            "land_cover": ["cover_2000", "cover_2010"],
            "productivity": "dynamics",
        },
        "reporting": {
            "years": [2010, 2020],
            "land_cover": ["cover_2010", "cover_2020"],
            "productivity": "dynamics_2020",
        },
    }
    (config / "land_degradation.yaml").write_text(yaml.safe_dump(shipped | periods | rules), "utf-8")
    return config


@pytest.fixture(scope="module")
def degrading(tmp_path_factory):
    directory = tmp_path_factory.mktemp("degrading")
    found = published(directory, write_degrading_country(directory))
    yield found
    found.store.close()


def verdict(nation, strip, part="status", *, on_peat=False):
    codes = np.nan_to_num(values(nation, "land_degradation", f"degradation_{part}")).astype(int)
    column = CELLS - 20 if on_peat else 40
    return VERDICTS[codes[strip * BAND + 10, column]]


def approx(expected):
    """Areas of cells of one size hardly differ from north to south."""
    return pytest.approx(expected, rel=1e-3, abs=1e-9)


def of_unit(nation, code, part="status"):
    table = rows(nation, "land_degradation_by_regencies")
    return table[(table["code"] == code) & (table["part"] == part)].set_index("verdict")


def of_nation(nation, part="status"):
    table = rows(nation, "land_degradation_by_nation")
    return table[table["part"] == part].set_index("verdict")


def test_land_degraded_in_the_baseline_and_stable_since_is_degraded(degrading):
    assert verdict(degrading, 0, "land_cover") == "stable"
    assert verdict(degrading, 0, "baseline") == "degraded"
    assert verdict(degrading, 0) == "degraded"


def test_the_status_of_each_strip_is_that_of_its_history(degrading):
    found = [verdict(degrading, strip) for strip in range(6)]
    assert found == ["degraded", "degraded", "stable", "improved", "water", ""]


def test_carbon_of_peat_is_not_judged_but_its_land_is(degrading):
    assert verdict(degrading, 1, "soc") == "degraded"
    assert verdict(degrading, 1, "soc", on_peat=True) == "not_judged"
    assert verdict(degrading, 1, on_peat=True) == "degraded"


def test_verdicts_no_data_and_water_add_up_to_the_land_of_every_unit(degrading):
    table = rows(degrading, "land_degradation_by_regencies")
    sums = table.groupby(["code", "part"]).agg(
        {"area_ha": "sum", "nodata_ha": "first", "total_ha": "first", "water_ha": "first"}
    )
    assert np.allclose(sums["area_ha"] + sums["nodata_ha"], sums["total_ha"])
    status = sums.xs("status", level="part")
    units = rows(degrading, "classes_by_regencies").drop_duplicates("code").set_index("code")["total_ha"]
    assert np.allclose(status["total_ha"] + status["water_ha"], units[status.index])


def test_shares_are_of_all_land_but_water(degrading):
    north, south = of_unit(degrading, "01.01"), of_unit(degrading, "01.03")
    assert north["share_pct"].to_dict() == approx({"degraded": 200 / 3, "improved": 0, "stable": 100 / 3})
    assert south["share_pct"].to_dict() == approx({"degraded": 0, "improved": 50, "stable": 0})
    unit = south.loc["improved"]
    assert [unit["nodata_ha"], unit["water_ha"]] == approx([unit["area_ha"]] * 2)


def test_the_table_tells_peat_apart(degrading):
    mineral, peat = of_unit(degrading, "01.01", "peat"), of_unit(degrading, "01.02", "peat")
    assert mineral.loc["degraded", "total_ha"] == 0
    assert peat.loc["degraded", "total_ha"] == of_unit(degrading, "01.02").loc["degraded", "total_ha"]
    assert peat.loc["degraded", "share_pct"] == approx(200 / 3)


def test_the_indicator_is_measured_from_the_maps_and_equals_the_table(degrading):
    measured = Measurement(degrading.store, degrading.catalog, degrading.snapshot.layers).level("nation")
    told = measured.rows[measured.rows["indicator"] == "land_degradation"].set_index("threshold")
    first, table = told[told["is_first"]].iloc[0], of_nation(degrading)
    assert round(first["affected_ha"], 5) == table.loc["degraded", "area_ha"]
    assert first["value"] == pytest.approx(table.loc["degraded", "share_pct"])
    assert (first["lower"], first["year"], first["land"]) == (first["value"], "2020", "all")
    assert first["upper"] == pytest.approx(first["value"] + 100 * first["nodata_ha"] / first["total_ha"])
    assert told.loc["known_only", "nodata_ha"] < told.loc["known_degrades", "nodata_ha"]
    assert set(told.index) == {"all_known", "known_degrades", "known_only"}


def test_its_parts_stand_beside_it(degrading):
    measured = Measurement(degrading.store, degrading.catalog, degrading.snapshot.layers).level("nation")
    parts = measured.land.iloc[0]
    assert round(parts["degraded_ha"], 5) == of_nation(degrading).loc["degraded", "area_ha"]
    assert parts["reporting_degraded_ha"] < parts["degraded_ha"]
    assert parts["reporting_soc_degraded_ha"] == pytest.approx(parts["reporting_degraded_ha"] / 2, rel=1e-2)
    assert round(parts["peat_degraded_ha"], 5) == of_nation(degrading, "peat").loc["degraded", "area_ha"]


def test_a_report_of_it_by_other_rules_is_of_another_definition(degrading):
    reporting = {"report": Report.model_validate(REPORT)}
    reporting["country"] = degrading.catalog.country.model_copy(update={"iso3166": tuple(ISO)})
    rules = degrading.catalog.land_degradation
    digests = [
        each.definition_sha256
        for limit in (10.0, 5.0)
        for each in draft_content(
            degrading.store,
            degrading.catalog.model_copy(
                update=reporting | {"land_degradation": rules.model_copy(update={"soc_change_pct": limit})}
            ),
            degrading.snapshot.layers,
        ).indicators
        if each.id == "land_degradation"
    ]
    assert len({*digests}) == len(digests) == 2


def test_what_was_measured_and_how_is_in_the_method(degrading):
    def basis(*without, **changed):
        rules = degrading.catalog.land_degradation.model_copy(update=changed)
        catalog = degrading.catalog.model_copy(update={"land_degradation": rules})
        layers = {name: one for name, one in degrading.snapshot.layers.items() if name not in without}
        (source,) = Measurement(degrading.store, catalog, layers).sources["land_degradation"]
        return source.basis

    group, whole = "one_out_all_out", basis()
    assert whole.method_group == f"{group}.cover_productivity_factors"
    assert "organic carbon by factors of land uses; the baseline by the same" in whole.method["en"]
    assert whole.method["en"].endswith(
        "from 10 %, soil is peat from 50 cm of peat; factors of the climate: Tropical moist"
    )
    assert "Tropis lembap" in whole.method["id"]
    lacking = basis("dynamics_2020")
    assert lacking.method_group == f"{group}.cover_factors.baseline_cover_productivity_factors"
    assert "the baseline by land cover, land productivity" in lacking.method["en"]
    without = basis(baseline=None)
    assert without.method_group == f"{group}.cover_productivity_factors.no_baseline"
    reporting = degrading.catalog.land_degradation.reporting.model_copy(update={"soc": ("soc", "soc")})
    mapped = basis("cover_2020", baseline=None, reporting=reporting)
    assert mapped.method_group == f"{group}.productivity_maps.no_baseline"
    assert "climate" not in mapped.method["en"]
    titles = Codes(degrading.catalog, "en").titles["method_group"]
    assert {each.method_group for each in (whole, lacking, without, mapped)} <= {*titles}


def test_a_report_names_the_rule_for_what_is_missing_beside_the_others(degrading):
    reporting = {"report": Report.model_validate(REPORT)}
    reporting["country"] = degrading.catalog.country.model_copy(update={"iso3166": tuple(ISO)})
    catalog = degrading.catalog.model_copy(update=reporting)
    told = draft_content(degrading.store, catalog, degrading.snapshot.layers).indicators
    rules = {each.id: each.missing_rule for each in told if each.missing_rule}
    assert rules == {"land_degradation": "known_degrades"}
    (degraded,) = [each for each in told if each.id in rules]
    assert {*degraded.values[0].alternatives} == {"all_known", "known_only"}


def test_a_layer_that_is_not_published_is_a_sub_indicator_that_is_missing(degrading, tmp_path):
    config = write_degrading_country(tmp_path, missing="all_known")
    layers = {name: one for name, one in degrading.snapshot.layers.items() if name != "dynamics_2020"}
    measurement = Measurement(degrading.store, load(config), layers)
    (finding,) = [one for one in measurement.findings if one.check == "sub_indicators_lacking"]
    assert finding.evidence == {"lacking": ["dynamics_2020"]}
    (first, *_) = measurement.level("nation").rows.query("indicator == 'land_degradation'").to_dict("records")
    assert (first["value"], first["valid_ha"]) == (0, 0)
    assert first["upper"] == 100


@pytest.mark.parametrize(
    ("soc", "years", "told"),
    [
        (None, ("2010", "2020"), True),
        (("soc_2010", "soc"), ("2010", "2020"), False),
        (None, ("2012", "2020"), False),
    ],
)
def test_carbon_by_factors_is_said_where_two_maps_of_the_period_tell_it_too(degrading, soc, years, told):
    maps = dict(zip(("soc_2010", "soc"), years, strict=True))
    about = degrading.catalog.layer("soc")
    layers = {name: about.model_copy(update={"id": name, "time": time}) for name, time in maps.items()}
    rules = degrading.catalog.land_degradation
    reporting = rules.reporting.model_copy(update={"soc": soc})
    rules = rules.model_copy(update={"reporting": reporting})
    catalog = degrading.catalog.model_copy(
        update={"layers": {**degrading.catalog.layers, **layers}, "land_degradation": rules}
    )
    versions = {**degrading.snapshot.layers, **dict.fromkeys(maps, "1")}
    published = Published(degrading.store, catalog, versions)
    found = [one for one in land_findings(published, land_of(published)) if one.check == "carbon_maps_unused"]
    evidence = {"years": (2010, 2020), "layers": ["soc_2010", "soc"]}
    assert [one.evidence for one in found] == [evidence] * told
    assert [ReportFinding.of(one).evidence["years"] for one in found] == [(2010, 2020)] * told


def test_what_is_lacking_is_said_of_an_area_too(degrading):
    layers = {name: one for name, one in degrading.snapshot.layers.items() if name != "dynamics_2020"}
    snapshot = replace(degrading.snapshot, layers=layers)
    answer = indicator_of_area(
        degrading.store,
        degrading.catalog,
        snapshot,
        area={"region": "01.01"},
        indicator="land_degradation",
        effort=Effort(degrading.catalog.grid.window.cells),
    )
    (finding,) = [one for one in answer["findings"] if one["check"] == "sub_indicators_lacking"]
    assert "dynamics_2020" in finding["message"]
    areas = {each["part"]: each["area_ha"] for each in answer["parts"]}
    (counted,) = [each for each in answer["values"][0]["thresholds"] if each["counts"]]
    assert areas["degraded"] == counted["affected_ha"]
    assert "reporting_land_cover_degraded" in areas


def test_without_any_layer_of_the_period_there_is_no_verdict(degrading):
    left = [name for name in degrading.snapshot.layers if not name.startswith(("cover", "dynamics"))]
    layers = {name: degrading.snapshot.layers[name] for name in left}
    measurement = Measurement(degrading.store, degrading.catalog, layers)
    assert land_of(measurement.layers) is None
    assert "land_degradation" in measurement.missing
