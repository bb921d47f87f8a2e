"""Sources and maps may lie on object storage: the same ingestion, the same values served."""

import numpy as np
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.errors import StoreError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source
from tests.process import run, serving
from tests.s3 import object_storage

NAMES = ["ph_h2o", "soc", "regencies", "provinces"]


@pytest.fixture
def bucket(monkeypatch):
    with object_storage() as storage:
        for name, value in storage.environment.items():
            monkeypatch.setenv(name, value)
        yield storage


def moved(config, bucket):
    """Put the sources of a country into the bucket, and say so in its configuration."""
    for layer in ("ph_h2o", "soc"):
        path = config / "layers" / f"{layer}.yaml"
        described = yaml.safe_load(path.read_text())
        send(config, bucket, f"{layer}.tif")
        described["source"] = f"s3://soil/sources/{layer}.tif"
        path.write_text(yaml.safe_dump(described))
    path = config / "regions.yaml"
    send(config, bucket, "regions.gpkg")
    path.write_text(path.read_text().replace("../sources/", f"{bucket.endpoint}/soil/sources/"))


def send(config, bucket, name):
    bucket.objects[f"sources/{name}"] = (config.parent / "sources" / name).read_bytes()


def published(settings, names=NAMES):
    """Values of the rasters and codes of the units that an ingestion publishes."""
    store = open_store(settings)
    report = ingest(store, load(settings.config), names, actor="tests", progress=silent)
    layers = store.ledger.current().layers
    rasters = {name: store.cube.open(name, layers[name]).read(name) for name in ("ph_h2o", "soc")}
    codes = list(store.vector.read("regencies", layers["regencies"])["code"])
    store.close()
    return report, rasters, codes


def test_a_country_whose_sources_and_maps_lie_on_object_storage_is_the_same(tmp_path, bucket):
    here = write_country(tmp_path / "here", cells=600)
    there = write_country(tmp_path / "there", cells=600)
    moved(there, bucket)
    elsewhere = Settings(store=tmp_path / "work", config=there, db=None, objects="s3://soil/same")
    _, expected, units = published(Settings(store=tmp_path / "store", config=here, db=None))
    report, found, codes = published(elsewhere)
    assert set(NAMES) <= set(report.published)
    assert codes == units
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name])
    kept = {key.split("/")[1] for key in bucket.objects if key.startswith("same/")}
    assert kept == {"cube", "cog", "owner.json"}
    assert not list((tmp_path / "work").glob("c*/*/*")), "no map lies on this machine"


def test_an_unchanged_source_costs_one_question_and_writes_nothing(tmp_path, bucket):
    config = write_country(tmp_path, cells=300)
    moved(config, bucket)
    settings = Settings(store=tmp_path / "work", config=config, db=None, objects="s3://soil/unchanged")
    published(settings)
    bucket.asked.clear()
    report, _, _ = published(settings)
    assert (report.published, sorted(report.unchanged)) == ({}, sorted(NAMES))
    asked = [(method, status) for method, key, status in bucket.asked if key.startswith("sources/")]
    assert set(asked) == {("GET", 304)}
    assert not [key for method, key, _ in bucket.asked if method in ("PUT", "POST", "DELETE")]


def test_a_layer_whose_storage_lost_its_source_keeps_what_is_published(tmp_path, bucket):
    config = write_country(tmp_path, cells=300)
    moved(config, bucket)
    settings = Settings(store=tmp_path / "work", config=config, db=None, objects="s3://soil/lost")
    _, before, _ = published(settings)
    del bucket.objects["sources/soc.tif"]
    report, after, _ = published(settings)
    assert report.blocked == ["soc"]
    assert "no such object" in next(one.message for one in report.findings if one.layer == "soc")
    np.testing.assert_array_equal(after["soc"], before["soc"])


def test_what_a_run_left_unfinished_in_the_bucket_goes_and_what_is_whole_stays(tmp_path, bucket):
    config = write_country(tmp_path, cells=300)
    settings = Settings(store=tmp_path / "work", config=config, db=None, objects="s3://soil/broken")
    bucket.objects["broken/cube/soc/half/zarr.json"] = b"{}"
    bucket.objects["broken/cog/soc/unknown.tif"] = b"II"
    published(settings)
    assert not [key for key in bucket.objects if "half" in key]
    assert "broken/cog/soc/unknown.tif" in bucket.objects


def test_a_second_store_over_the_same_prefix_is_refused_and_takes_nothing_away(tmp_path, bucket):
    first, second = write_country(tmp_path / "a", cells=300), write_country(tmp_path / "b", cells=300, seed=2)
    settings = Settings(store=tmp_path / "work", config=first, db=None, objects="s3://soil/shared")
    published(settings)
    before = dict(bucket.objects)
    other = Settings(store=tmp_path / "other", config=second, db=None, objects="s3://soil/shared/")
    with pytest.raises(StoreError, match=f"the home of another store .{tmp_path}/work on"):
        published(other)
    assert bucket.objects == before
    report, _, _ = published(settings)
    assert report.blocked == []


def test_what_a_person_keeps_below_the_prefix_is_left_alone(tmp_path, bucket):
    config = write_country(tmp_path, cells=300)
    settings = Settings(store=tmp_path / "work", config=config, db=None, objects="s3://soil/shelf")
    strays = ["README.txt", "cube/README.txt", "cube/notes/old/a.txt", "cog/list.txt", "cog/soc/list.txt"]
    bucket.objects |= {f"shelf/{name}": b"of a person" for name in strays}
    (tmp_path / "work" / "vector" / "notes" / "old").mkdir(parents=True)
    published(settings)
    published(settings)
    assert all(f"shelf/{name}" in bucket.objects for name in strays)
    assert (tmp_path / "work" / "vector" / "notes" / "old").exists()


def test_maps_on_object_storage_are_served_with_their_cog_in_ranges(tmp_path, bucket):
    config = write_country(tmp_path, cells=300)
    settings = Settings(store=tmp_path / "work", config=config, db=None, objects="s3://soil/served")
    code, _, errors = run(settings, "ingest")
    assert code == 0, errors
    with serving(settings) as client:
        where = "/collections/ph_h2o/coverage?bbox=120.2,-7.3,120.3,-7.2&f=json"
        assert client.get(where).json()["ranges"]["ph_h2o"]["values"]
        links = client.get("/collections/ph_h2o?f=json").json()["links"]
        cog = next(link for link in links if link["rel"] == "enclosure")
        whole = client.get(cog["href"])
        assert (whole.status_code, len(whole.content)) == (200, cog["length"])
        part = client.get(cog["href"], headers={"Range": "bytes=100-199"})
        assert (part.status_code, part.content) == (206, whole.content[100:200])
        assert part.headers["content-range"] == f"bytes 100-199/{cog['length']}"
        tail = client.get(cog["href"], headers={"Range": "bytes=-10"})
        assert tail.content == whole.content[-10:]
        beyond = client.get(cog["href"], headers={"Range": f"bytes={cog['length']}-"})
        assert beyond.status_code == 416
        head = client.head(cog["href"])
        assert (int(head.headers["content-length"]), head.content) == (cog["length"], b"")


def test_storage_that_does_not_answer_ends_the_run_with_the_codes_of_a_store(tmp_path, bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    config = write_country(tmp_path, cells=300)
    write_source(tmp_path, "soc", cells=300)
    settings = Settings(store=tmp_path / "work", config=config, db=None, objects="s3://soil/silent")
    code, _, errors = run(settings, "ingest")
    assert code == 6
    assert "object storage at s3://soil/silent" in errors
    assert "Traceback" not in errors
