"""The sample nation is zoned, and its eroded land found; on cells of an arc-minute, from its own files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.zoning import Zoning
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.planning.paddy_protection import paddy_protection
from soilinfo.jobs.planning.rehabilitation import rehabilitate
from soilinfo.jobs.planning.zoning import zone_nation
from soilinfo.jobs.runs.run import RunReport, recorded, silent
from soilinfo.sample.archipelago import EXTENTS
from soilinfo.sample.config import write_config
from soilinfo.sample.mapunits import write_soil_map
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import ROOT
from tests.sample.nation import Nation

CLIMATE_AND_TERRAIN = ["slope", "elevation", "rainfall_annual", "rainy_days", "flood_duration"]
SOIL = ["peat_thickness", "sand", "clay", "soc", "soil_depth", "drainage", "texture", "rock_outcrops"]
LAYERS = [*CLIMATE_AND_TERRAIN, *SOIL, "land_cover"]
STEPS = (zone_nation, paddy_protection, rehabilitate)


class Planned:
    """The tables by province and regency, and what the steps found."""

    def __init__(self, store: Store, rules: Zoning, published: dict[str, str], report: RunReport) -> None:
        self.store, self.rules, self.published, self.report = store, rules, published, report

    def rows(self, name: str):
        return self.store.vector.read(name, self.published[name])


@pytest.fixture(scope="module")
def planned(nation: Nation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planned]:
    directory = tmp_path_factory.mktemp("planned")
    for path in nation.directory.iterdir():
        (directory / path.name).symlink_to(path)
    write_soil_map(directory / "soil_map.gpkg")
    store = open_store(Settings(store=directory / "store", db=None))
    yield _planned(store, directory)
    store.close()


def _planned(store: Store, directory: Path) -> Planned:
    config = directory / "config"
    write_config(config, ROOT / "config", EXTENTS["sample"])
    grid = (config / "grid.yaml").read_text("utf-8").replace("arc_seconds: 7.5", "arc_seconds: 60")
    (config / "grid.yaml").write_text(grid, "utf-8")
    catalog = load(config)
    names = [*LAYERS, "provinces", "regencies", "soil_map", "paddy_land"]
    ingest(store, catalog, names, actor="tests", progress=silent)
    with recorded(store, "evaluate", "tests", {}, catalog) as report:
        published = dict(store.ledger.current().layers)
        for step in STEPS:
            published |= step(store, catalog, published, report, silent)
    assert catalog.zoning
    return Planned(store, catalog.zoning, published, report)


def test_every_zone_occurs_and_the_volcanoes_are_the_most_protected(planned, tell):
    table = planned.rows("zoning_by_provinces")
    by_zone = table.groupby("zone")["area_ha"].sum()
    assert (by_zone > 0).all()
    protected = table[table["zone"] == "protected"].set_index("code")["area_ha"]
    assert protected.idxmax() in ("01", "04")  # steep, or under thick peat
    total = table.drop_duplicates("code")["total_ha"].sum()
    shares = ", ".join(f"{zone} {100 * ha / total:.1f} %" for zone, ha in by_zone.items())
    tell(f"sample nation, SK 837/1980 on {total / 1e6:.2f} million ha: {shares}")


def test_all_soils_of_the_nation_are_in_the_crosswalk(planned):
    checks = {(one.check, one.layer) for one in planned.report.findings}
    assert ("unmapped_soils", "zoning") not in checks
    assert ("inputs_lacking", "zoning") not in checks
    assert ("inputs_lacking", "rehabilitation") not in checks


def test_thick_peat_is_protected_by_name(planned):
    cube = planned.store.cube.open("zoning", planned.published["zoning"])
    in_force = [each.id for each in planned.rules.in_force]
    peat = planned.store.cube.open("peat_thickness", planned.published["peat_thickness"])
    thick = peat.decode("peat_thickness", peat.read("peat_thickness")) >= 300
    assert thick.sum() > 50
    assert (cube.read("override")[thick] == 1 + in_force.index("thick_peat")).all()


def test_a_province_that_declared_nothing_has_no_share_of_protected_paddy(planned, tell):
    provinces = planned.rows("paddy_protection_by_provinces").set_index("code")
    assert provinces.loc["04", "verdict"] == "unknown"
    assert provinces.loc["04", "units_missing"] > 0
    regencies = planned.rows("paddy_protection_by_regencies")["verdict"].value_counts()
    counts = ", ".join(f"{verdict} {count}" for verdict, count in regencies.items())
    tell(f"sample nation, regencies by LP2B / LBS >= 0.87: {counts}")


def test_dry_steep_provinces_lose_more_soil_than_the_rice_plain(planned, tell):
    table = planned.rows("rehabilitation_by_provinces").drop_duplicates("code").set_index("code")
    loss = table["soil_loss_t_ha_yr"]
    assert loss["01"] > loss["02"]
    assert sorted(table["priority"]) == [1, 2, 3, 4, 5, 6]
    told = ", ".join(f"{code} {value:.0f}" for code, value in loss.items())
    tell(f"sample nation, mean soil loss in t/ha/yr by province: {told}")
