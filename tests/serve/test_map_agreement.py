"""What profiles say of a map, as its page tells it and as QGIS opens it."""

from collections.abc import Iterator
from shutil import copytree
from xml.etree.ElementTree import fromstring

import geopandas as gpd
import httpx
import pytest
from shapely import box

from soilinfo.catalog.names import MAP_AGREEMENT
from soilinfo.settings import Settings
from soilinfo.store import clock
from soilinfo.store.home import open_store
from soilinfo.store.ledger import Version
from tests.serve.conftest import served

BIASED = {
    "independent": "yes",
    "datasets": "survey",
    "unit": "pH",
    "n": 12,
    "bias": 0.4,
    "rmse": 0.447,
    "ccc": None,
    "coverage_pct": 58.3,
}


@pytest.fixture(scope="module")
def judged(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the small nation, whose map of pH was compared with profiles."""
    directory = tmp_path_factory.mktemp("judged")
    copytree(nation.store, directory / "store")
    settings = Settings(store=directory / "store", config=nation.config)
    _publish_agreement(settings)
    with served(settings) as running:
        yield running


def _publish_agreement(settings: Settings) -> None:
    store = open_store(settings)
    run = store.ledger.start_run("harmonize", "tests", {})
    row = {"id": "ph_h2o.yes.01", "layer": "ph_h2o", "code": "01", "name": "North"}
    told = BIASED | row | {"level": "provinces", "state": "compared"}
    frame = gpd.GeoDataFrame([told], geometry=[box(120.0, -7.6, 120.6, -7.0)], crs=4326)
    store.vector.write(MAP_AGREEMENT, "v1", frame, id_field="id", shape_field="code")
    version = Version(
        layer=MAP_AGREEMENT,
        version="v1",
        kind="vector",
        source="",
        source_sha256="",
        pipeline="harmonize",
        software="tests",
        parameters={"datasets": {}},
        inputs={"ph_h2o": store.ledger.current().layers["ph_h2o"]},
        metadata={"made": [MAP_AGREEMENT], "national": {"ph_h2o": [BIASED]}},
        run=run,
        created=clock.now(),
    )
    store.ledger.record(version)
    store.ledger.publish({MAP_AGREEMENT: "v1"}, run=run, actor="tests", reason="compared")
    store.ledger.finish_run(run, "done", {})
    store.close()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "12 profiles (survey; the map was made without them): on average the map lies above them "
            "(bias 0.4); root mean square error 0.45, concordance –. 58 % of them lie within the 90 % "
            "interval that the map states; about 90 % should",
        ),
        ("id", "12 profil (survey; peta dibuat tanpa profil ini): rata-rata peta lebih tinggi (bias 0,4)"),
    ],
)
def test_the_page_of_a_map_says_in_words_how_it_agrees(judged: httpx.Client, language: str, told: str):
    assert told in judged.get(f"/collections/ph_h2o?f=html&lang={language}").raise_for_status().text


def test_qgis_gets_a_layer_of_each_map_in_steps_on_both_sides_of_no_error(judged: httpx.Client):
    document = fromstring(judged.get(f"/qgis/{MAP_AGREEMENT}.qlr").raise_for_status().content)
    (source,) = [each.text for each in document.iter("datasource") if "layer = 'ph_h2o'" in str(each.text)]
    assert f"layername={MAP_AGREEMENT}" in str(source)
    labels = {rule.get("label") for rule in document.iter("rule")}
    assert {"−0.2 … 0.2", "≥ 0.6", "< −0.6"} <= labels
