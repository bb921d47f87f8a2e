"""Layers of slope, made from heights when they are ingested."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from soilinfo.catalog.load import load
from soilinfo.errors import ConfigError, StoreError
from soilinfo.ingest.source import inspect
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.ingestion import terrain
from soilinfo.jobs.ingestion.terrain import Made, slopes_of
from soilinfo.jobs.runs.run import RunReport, silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import CELL, NORTH, WEST, write_country

CONFIG = Path(__file__).parents[3] / "config"
NODATA = -32768

Make = Callable[..., Made]


def hill(path: Path) -> str:
    """A hill of 20 km in the west of the sample nation's grid, in cells of 90 m."""
    rows, cols = np.mgrid[0:220, 0:220] - 110.0
    heights = 1000 * np.exp(-(rows**2 + cols**2) / 50**2)
    return written(path, heights, crs="EPSG:32747", transform=Affine(90, 0, 220_000, 0, -90, 9_290_000))


def written(path: Path, heights: np.ndarray, **facts: object) -> str:
    shape = {"height": heights.shape[0], "width": heights.shape[1], "count": 1}
    with rasterio.open(path, "w", driver="GTiff", dtype="float32", **shape, **facts) as file:
        file.write(heights.astype("float32"), 1)
    return str(path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(store=tmp_path / "store", db=None))
    yield opened
    opened.close()


@pytest.fixture
def make(tmp_path: Path, store: Store) -> Iterator[Make]:
    """Makes a layer of the sample nation from a hill."""
    elevation = inspect(hill(tmp_path / "dem.tif"))
    with ThreadPoolExecutor() as executor:
        yield lambda catalog, name, content: slopes_of(
            store, catalog, catalog.layer(name), elevation, content, executor, lambda: None
        )


def test_layers_of_one_elevation_model_share_a_raster_whose_shares_add_up(make: Make) -> None:
    catalog = load(CONFIG)
    made = [make(catalog, name, "hill") for name, layer in catalog.layers.items() if layer.terrain]
    assert len({each.source.path for each in made}) == 1
    assert sorted(each.source.band for each in made) == [2, 3, 4, 5, 6, 7]
    with rasterio.open(made[0].source.path) as file:
        mean, shares = file.read(1), file.read(list(range(2, 8)))
    there = mean != NODATA
    assert 0.002 < there.mean() < 0.01, "no data where there are no heights"
    assert (shares[:, there].sum(axis=0) == 100).all()
    assert (shares[:, ~there] == NODATA).all()
    assert 100 < mean.max() < 300, "tenths of a percent"


def test_other_heights_and_another_meaning_of_heights_make_another_raster(make: Make) -> None:
    catalog = load(CONFIG)
    elevation = catalog.property("elevation").model_copy(update={"valid_range": (-430, 500)})
    lower = catalog.model_copy(update={"properties": {**catalog.properties, "elevation": elevation}})
    one, same, other = (make(catalog, "slope_share_3_8", text) for text in ("a", "a", "b"))
    assert one == same
    assert one.source.path != other.source.path
    found = make(lower, "slope_share_3_8", "a").findings
    assert "value_range" in [each.check for each in found if each.severity == "block"]


def test_slopes_that_are_not_on_the_disk_as_they_were_written_are_never_used(
    make: Make, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = terrain._checksum
    monkeypatch.setattr(terrain, "_checksum", lambda path, windows: read(path, [*windows][:-1]))
    with pytest.raises(StoreError, match="not on the disk"):
        make(load(CONFIG), "slope_share_3_8", "lost")
    assert list((store.directory / "terrain").iterdir()) == []


# ---- through an ingestion: one layer of terrain over a country of 30 km -----------------------


@pytest.fixture
def ingested(tmp_path: Path, store: Store) -> Callable[..., RunReport]:
    """Ingests the slope of heights (480 x 480) described as given."""
    config = write_country(tmp_path, cells=120)

    def run(heights: np.ndarray, facts: str = "", **file: object) -> RunReport:
        place = {"crs": "EPSG:4326", "transform": Affine(CELL / 4, 0, WEST, 0, -CELL / 4, NORTH)}
        written(tmp_path / "sources" / "dem.tif", heights, **{**place, **file})
        (config / "layers" / "slope.yaml").write_text(
            "property: slope\nunit: '%'\nlicence: x\nattribution: x\ncoarsest_m: 100\n"
            f"{facts or 'terrain: {}'}\n{'' if 'source:' in facts else 'source: ../sources/dem.tif'}\n"
        )
        return ingest(store, load(config), ["slope"], actor="tests", progress=silent)

    return run


def mountains(highest: float = 1000.0) -> np.ndarray:
    rows, _ = np.mgrid[0:480, 0:480]
    return highest * np.sin(rows / 60.0) ** 2


def told(report: RunReport) -> dict[str, str]:
    return {finding.check: finding.message for finding in report.findings}


def test_heights_without_fault_become_slopes_without_a_finding(ingested: Callable[..., RunReport]) -> None:
    report = ingested(mountains())
    assert list(report.published) == ["slope"]
    assert told(report) == {}


def test_an_elevation_model_is_judged_as_any_source(ingested: Callable[..., RunReport]) -> None:
    heights = mountains()
    heights[:160] = -9999
    report = ingested(heights)
    assert report.blocked == ["slope"]
    assert {"undeclared_sentinels", "value_range"} <= told(report).keys()
    assert all(message.startswith("elevation model: ") for message in told(report).values())
    declared = ingested(heights, "terrain: {}\nnodata: [-9999]")
    assert list(declared.published) == ["slope"]
    assert list(told(declared)) == ["extra_nodata"]


def test_heights_in_another_unit_than_declared_are_found(ingested: Callable[..., RunReport]) -> None:
    centimetres = mountains() * 100
    assert "found 0 to 99998" in told(ingested(centimetres))["value_range"]
    assert list(ingested(centimetres, "terrain: {unit: cm}").published) == ["slope"]


@pytest.mark.parametrize(
    ("heights", "words"),
    [
        (np.tile([0.0, 0.0, 600.0, 600.0], (480, 120)), "in the mean"),
        (np.kron(np.arange(120**2).reshape(120, 120) == 7260, np.full((4, 4), 8000.0)), "up to"),
    ],
    ids=["everywhere", "one spike"],
)
def test_slopes_that_no_land_has_stop_the_layer(
    ingested: Callable[..., RunReport], heights: np.ndarray, words: str
) -> None:
    report = ingested(heights)
    assert report.blocked == ["slope"]
    assert words in told(report)["impossible_slopes"]
    (finding,) = [each for each in report.findings if each.check == "impossible_slopes"]
    assert finding.evidence["place"][0] == pytest.approx(WEST + 60 * CELL, abs=60 * CELL)


def test_the_unit_of_heights_must_be_a_length(ingested: Callable[..., RunReport]) -> None:
    with pytest.raises(ConfigError, match=r"terrain\.unit"):
        ingested(mountains(), "terrain: {unit: '%'}")


def test_tiles_of_an_elevation_model_are_judged_by_their_heights(
    tmp_path: Path, ingested: Callable[..., RunReport]
) -> None:
    place = Affine(CELL / 4, 0, WEST, 0, -CELL / 4, NORTH)
    for name, more in (("one", 0), ("two", 50)):
        written(tmp_path / "sources" / f"{name}.tif", mountains() + more, crs="EPSG:4326", transform=place)
    tiles = "terrain: {}\nsource: [../sources/one.tif, ../sources/two.tif]"
    assert "differ by 50" in told(ingested(mountains(), tiles))["tiles_disagree"]
