"""Maps against profiles: exact places, depths that match, numbers by region, findings that warn of a map."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from shutil import copytree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml
from shapely import Point

from soilinfo.catalog.names import HARMONIZED, MAP_AGREEMENT, MAP_RESIDUALS
from soilinfo.jobs.harmonization.agreement import compare_maps
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.publication import findings_version
from soilinfo.jobs.runs.run import RunReport, recorded, silent
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import CELL, NORTH, ROOT, WEST, write_source
from tests.held import Surveyed, profile, surveyed

MAPPED, SD = 6.0, 0.5
"""The map of pH is the same everywhere, and so is its stated standard deviation."""
HERE = [(WEST + (4.5 + at) * CELL, NORTH - 3.5 * CELL) for at in range(14)]
"""Middles of fourteen cells on land, in the northern regencies."""


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A country whose map of pH is published."""
    directory = tmp_path_factory.mktemp("mapped")
    store = open_store(Settings(store=directory / "store", db=None))
    there = surveyed(directory, store)
    said = yaml.safe_load((there.config / "layers" / "ph_h2o.yaml").read_text())
    sd = {"statistic": "sd", "title": {"en": "sd", "id": "sd"}}
    for name, fill, changes in (("ph_h2o_sd", SD, sd), ("ph_h2o", MAPPED, {})):
        write_source(directory, "ph_h2o", cells=24, fill=fill).rename(directory / "sources" / f"{name}.tif")
        file = there.config / "layers" / f"{name}.yaml"
        file.write_text(yaml.safe_dump(said | changes | {"source": f"../sources/{name}.tif"}))
    ingest(store, there.catalog, ["ph_h2o", "ph_h2o_sd", "provinces"], actor="tests", progress=silent)
    store.close()
    return directory


@pytest.fixture
def country(mapped: Path, tmp_path: Path) -> Iterator[Surveyed]:
    copytree(mapped, tmp_path, dirs_exist_ok=True)
    store = open_store(Settings(store=tmp_path / "store", db=None))
    config = tmp_path / "config"
    told = yaml.safe_load((config / "country.yaml").read_text())
    told["base"] = str(ROOT / "config")
    (config / "country.yaml").write_text(yaml.safe_dump(told))
    yield Surveyed(config, store)
    store.close()


def _observe(country: Surveyed, values: list[float], dataset: str = "survey", depth=(0, 30), **told) -> None:
    """A dataset of one profile a cell, with these values of pH at a depth, harmonized; not yet compared."""
    country.say(dataset, **told)
    profiles = [profile(f"P{at}", place=HERE[at], date="2021-01-01") for at in range(len(values))]
    country.hold(dataset, *(each | {"horizons": ()} for each in profiles))
    rows = [
        {
            "id": f"{dataset}.P{at}.{depth}",
            "profile_id": f"{dataset}.P{at}",
            "property": "ph_h2o",
            "upper_cm": float(depth[0]),
            "lower_cm": float(depth[1]),
            "value": value,
            "sd": 0.1,
            "sd_conversion": 0.05 if at % 2 else None,
            "equations": "ph_cacl2_to_h2o" if at % 2 else "",
            "state": "known" if np.isfinite(value) else "unsampled",
        }
        for at, value in enumerate(values)
    ]
    _publish(country, HARMONIZED, pd.DataFrame(rows))


def _publish(country: Surveyed, name: str, rows: pd.DataFrame) -> None:
    store = country.store
    with recorded(store, "harmonize", "tests", {}) as report:
        version = new_version(
            name,
            "vector",
            Origin("by hand", rows.to_json(), {}),
            pipeline="x/1",
            parameters={},
            run=report.run,
        )
        frame = gpd.GeoDataFrame(rows, geometry=[Point(WEST, NORTH)] * len(rows), crs=4326)
        store.vector.write(name, version.version, frame, id_field="id")
        remember(store, version)
        store.ledger.publish({name: version.version}, run=report.run, actor="tests", reason="by hand")


def _compare(country: Surveyed) -> tuple[dict[str, gpd.GeoDataFrame], RunReport]:
    published = country.store.ledger.current().layers
    with recorded(country.store, "harmonize", "tests", {}) as report:
        made = compare_maps(country.store, country.catalog, published, report, silent)
        country.store.ledger.publish(made, run=report.run, actor="tests", reason="compared")
    tables = {
        name: country.store.vector.read(name, version).set_index("id") for name, version in made.items()
    }
    return tables, report


def test_a_known_bias_comes_out_exactly_by_nation_and_province(country: Surveyed):
    _observe(country, [5.4, 5.8] * 6, calibrates=[])
    tables, report = _compare(country)
    rows = tables[MAP_AGREEMENT]
    assert list(rows.index) == ["ph_h2o.yes.01", "ph_h2o.yes.nation"]
    for _, row in rows.iterrows():
        assert (row["n"], row["state"], row["independent"], row["datasets"]) == (
            12,
            "compared",
            "yes",
            "survey",
        )
        assert [row[name] for name in ("bias", "mae")] == pytest.approx([0.4, 0.4])
        assert row["rmse"] == pytest.approx(np.sqrt((0.6**2 + 0.2**2) / 2))
        assert row["mec"] == pytest.approx(1 - (0.36 + 0.04) / 2 / 0.04)
        assert (row["ccc"], row["coverage_pct"], row["sd_mean"]) == (0.0, 100.0, SD)
        assert pd.isna(row["r2"]), "a map of one value has no correlation"
        assert row["standardised_mean"] == pytest.approx(0.8)
        assert row["observed_error_pct"] == pytest.approx(100 * 0.01 / 0.2)
        # what was not converted has no error of a conversion; half was, by 0.05
        assert (row["n_conversion_sd"], row["conversion_error_pct"]) == (
            12,
            pytest.approx(100 * 0.00125 / 0.2),
        )
    assert rows.loc["ph_h2o.yes.01", "geometry"].area > 0
    assert [(one.check, one.severity, one.layer, one.count) for one in report.findings] == [
        ("map_bias", "warn", "ph_h2o", 12)
    ]
    assert (
        "lies 0.4 pH above 12 profiles on average, 0.8 times the standard deviation"
        in report.findings[0].message
    )


def test_residuals_are_told_only_where_the_public_knows_the_place(country: Surveyed):
    _observe(country, [5.5] * 12, projects={"survey": {"blur_m": 1000}}, calibrates=[])
    tables, _ = _compare(country)
    assert MAP_RESIDUALS not in tables
    assert tables[MAP_AGREEMENT].loc["ph_h2o.yes.nation", "bias"] == 0.5, "exact places are used, not shown"
    country.say("survey", calibrates=[])
    residuals = _compare(country)[0][MAP_RESIDUALS]
    assert len(residuals) == 12
    row = residuals.loc["ph_h2o.survey.P3"]
    assert (row["observed"], row["mapped"], row["error"], row["standardised_error"]) == (5.5, 6.0, 0.5, 1.0)
    assert (row.geometry.x, row.geometry.y) == pytest.approx(HERE[3])


def test_few_blurred_places_are_in_no_sum_that_they_could_be_computed_from(country: Surveyed):
    country.say("hidden", privacy={"share": "all", "blur_m": 1000}, calibrates=[])
    country.hold("hidden", *(profile(f"H{at}", place=HERE[at]) for at in range(2)))
    _observe(country, [5.5] * 12, calibrates=[])
    rows = country.table(HARMONIZED).drop(columns="geometry")
    few = rows[:2].assign(id=["h0", "h1"], profile_id=["hidden.H0", "hidden.H1"], value=3.0)
    _publish(country, HARMONIZED, pd.concat([rows, few], ignore_index=True))
    agreed = _compare(country)[0][MAP_AGREEMENT]
    assert agreed[["n", "bias"]].to_numpy().tolist() == [[12, 0.5]] * 2


@pytest.mark.parametrize("share", ["nothing", "locations"])
def test_profiles_whose_values_are_withheld_are_not_used(country: Surveyed, share: str):
    _observe(country, [5.5] * 12, privacy={"share": share})
    rows = _compare(country)[0][MAP_AGREEMENT]
    assert rows.loc["ph_h2o.nation", ["state", "n"]].tolist() == ["no_profiles", 0]


def test_profiles_that_made_the_map_are_told_apart_and_warn_of_nothing(country: Surveyed):
    _observe(country, [5.5] * 12, calibrates=["ph_h2o"])
    tables, report = _compare(country)
    assert set(tables[MAP_AGREEMENT]["independent"]) == {"no"}
    assert report.findings == []
    country.say("survey")
    tables, report = _compare(country)
    assert set(tables[MAP_AGREEMENT]["independent"]) == {"unknown"}
    assert "config does not tell whether the map was made from them" in report.findings[0].message


def test_a_few_profiles_are_only_counted(country: Surveyed):
    _observe(country, [5.0] * 9 + [np.nan], calibrates=[])
    row = _compare(country)[0][MAP_AGREEMENT].loc["ph_h2o.yes.nation"]
    assert (row["n"], row["state"]) == (9, "too_few")
    assert pd.isna([row["bias"], row["coverage_pct"]]).all()


def test_another_depth_is_not_compared_but_told(country: Surveyed):
    file = country.config / "layers" / "ph_h2o.yaml"
    file.write_text(file.read_text().replace("- 30", "- 20"))
    ingest(country.store, country.catalog, ["ph_h2o"], actor="tests", progress=silent)
    _observe(country, [5.5] * 12, calibrates=[])
    rows = _compare(country)[0][MAP_AGREEMENT]
    assert rows.loc["ph_h2o.nation", ["state", "n", "lower_cm"]].tolist() == ["depth_differs", 0, 20]


def test_a_map_without_data_at_a_profile_is_no_error_of_nought(country: Surveyed):
    at_sea = (WEST + 0.5 * CELL, NORTH - 3.5 * CELL)
    _observe(country, [5.5] * 12, calibrates=[])
    places = enumerate([*HERE[:11], at_sea])
    country.hold("survey", *(profile(f"P{at}", place=place) for at, place in places))
    row = _compare(country)[0][MAP_AGREEMENT].loc["ph_h2o.yes.nation"]
    assert (row["n"], row["unmapped"], row["bias"]) == (11, 1, 0.5)


def test_the_same_again_is_recognised_and_its_findings_stand_once(country: Surveyed):
    _observe(country, [5.5] * 12, calibrates=[])
    first, _ = _compare(country)
    again, silence = _compare(country)
    assert first.keys() == again.keys()
    assert silence.findings == [], "they were recorded when it was made"
    assert _standing(country) == ["map_bias"]


def test_findings_of_a_comparison_that_is_served_no_more_do_not_stand(country: Surveyed):
    _observe(country, [5.5] * 12, calibrates=[])
    _compare(country)
    assert _standing(country) == ["map_bias"]
    _publish(country, HARMONIZED, pd.DataFrame(_better(country)))
    _compare(country)
    assert _standing(country) == []


def _better(country: Surveyed) -> pd.DataFrame:
    rows = pd.DataFrame(country.table(HARMONIZED).drop(columns="geometry"))
    return rows.assign(value=6.1)


def _standing(country: Surveyed) -> list[str]:
    layers = country.store.ledger.current().layers
    with recorded(country.store, "x", "tests", {}) as report:
        made = partial(findings_version, country.store, layers, report.run, report)
        frame = country.store.vector.read("findings", made())
    is_of_comparison = frame["check"].isin(["map_bias", "interval_coverage"])
    return frame.loc[is_of_comparison & (frame["layer"] == "ph_h2o"), "check"].tolist()


def test_the_description_of_a_map_has_what_the_nation_s_profiles_say(country: Surveyed):
    _observe(country, [5.4, 5.8] * 6, calibrates=[])
    _compare(country)
    published = country.store.ledger.current().layers
    kept = country.store.ledger.version(MAP_AGREEMENT, published[MAP_AGREEMENT])
    (told,) = kept.metadata["national"]["ph_h2o"]
    assert (told["independent"], told["datasets"], told["n"], told["unit"]) == ("yes", "survey", 12, "pH")
    assert told["bias"] == pytest.approx(0.4)
    assert told["r2"] is None, "JSON has no NaN"


def test_the_error_of_another_map_of_the_same_is_not_taken_for_its_own(country: Surveyed):
    layers = country.config / "layers"
    said = yaml.safe_load((layers / "ph_h2o.yaml").read_text())
    layers.joinpath("elsewhere.yaml").write_text(
        yaml.safe_dump(said | {"title": {"en": "From elsewhere", "id": "Dari luar"}})
    )
    ingest(country.store, country.catalog, ["elsewhere"], actor="tests", progress=silent)
    _observe(country, [5.4, 5.8] * 6, calibrates=[])
    rows = _compare(country)[0][MAP_AGREEMENT]
    assert rows.loc[["ph_h2o.yes.nation", "elsewhere.yes.nation"], "n_interval"].tolist() == [12, 0]


def test_a_map_that_claims_no_error_at_all_is_told_that_it_is_biased(country: Surveyed):
    sure = country.config.parent / "sources" / "ph_h2o_sd.tif"
    write_source(country.config.parent, "ph_h2o", cells=24, fill=0.0).rename(sure)
    ingest(country.store, country.catalog, ["ph_h2o_sd"], actor="tests", progress=silent)
    _observe(country, [5.4, 5.8] * 6, calibrates=[])
    _, report = _compare(country)
    (found,) = report.findings
    assert "over 1,000 times the standard deviation that it states" in found.message


def test_a_profile_that_was_entered_twice_counts_once(country: Surveyed):
    _observe(country, [5.0 + at / 10 for at in range(12)] + [5.0], calibrates=[])
    again = [*HERE[:12], HERE[0]]
    told = [profile(f"P{at}", place=place, date="2021-01-01") for at, place in enumerate(again)]
    country.hold("survey", *(each | {"horizons": ()} for each in told))
    assert _compare(country)[0][MAP_AGREEMENT].loc["ph_h2o.yes.nation", "n"] == 12


def test_a_warning_tells_of_when_map_and_profiles_are_but_not_of_days_to_come(country: Surveyed):
    _observe(country, [5.4, 5.8] * 6, calibrates=[])
    days = ["2019-05-01", *["2021-01-01"] * 10, "2087-06-15"]
    told = [profile(f"P{at}", place=HERE[at], date=day) for at, day in enumerate(days)]
    country.hold("survey", *(each | {"horizons": ()} for each in told))
    tables, report = _compare(country)
    row = tables[MAP_AGREEMENT].loc["ph_h2o.yes.nation"]
    assert (row["n"], row["first_date"], row["last_date"]) == (12, "2019-05-01", "2021-01-01")
    assert "(survey; profiles of 2019-2021" in report.findings[0].message
