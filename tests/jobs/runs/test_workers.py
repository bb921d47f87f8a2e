"""Who does the work changes nothing of the result."""

import hashlib
from shutil import copytree

import pytest
import rasterio
from affine import Affine
from distributed import LocalCluster
from typer.testing import CliRunner

from soilinfo.catalog.load import load
from soilinfo.cli.main import app
from soilinfo.errors import InputError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.runs.workers import workers
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import LAYERS, write_country, write_source

COPIED, WARPED = "ph_h2o", "soc"
CROPS = ["maize", "rice_irrigated"]


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    directory = tmp_path_factory.mktemp("country")
    written = write_country(directory, cells=2200)
    shift_source(directory / "sources" / f"{WARPED}.tif")
    return written


def shift_source(path):
    """Move a source by a third of a cell, so that it has to be warped."""
    with rasterio.open(path, "r+") as source:
        source.transform = source.transform @ Affine.translation(1 / 3, 1 / 3)


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as running:
        yield running


def ingested(store, config, scheduler=None):
    """Path -> digest of every file of cube and COG that an ingestion of the two layers writes."""
    home = open_store(Settings(store=store, db=None))
    try:
        report = ingest(
            home, load(config), [COPIED, WARPED], actor="tests", progress=silent, scheduler=scheduler
        )
    finally:
        home.close()
    assert set(report.published) == {COPIED, WARPED}
    return digests(store, "*")


def digests(store, layers):
    """Path -> digest of every file of the cubes and COGs of these layers."""
    files = [
        path for kind in ("cube", "cog") for path in (store / kind).glob(f"{layers}/**/*") if path.is_file()
    ]
    return {str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def evaluated(store, config, scheduler=None):
    """Path -> digest of every file that an evaluation of the crops writes into a store."""
    home = open_store(Settings(store=store, db=None))
    try:
        report = evaluate(home, load(config), CROPS, actor="tests", progress=silent, scheduler=scheduler)
    finally:
        home.close()
    assert {f"suitability_{crop}" for crop in CROPS} <= set(report.published)
    return digests(store, "suitability_*")


def test_two_worker_processes_write_the_same_bytes_as_threads(config, cluster, tmp_path):
    threads = ingested(tmp_path / "threads", config)
    processes = ingested(tmp_path / "processes", config, cluster.scheduler_address)
    assert sum("/c/" in path for path in threads) >= 8, "several shards of each layer"
    assert processes == threads


def test_two_worker_processes_rate_the_land_as_threads_do(config, cluster, tmp_path):
    home = open_store(Settings(store=tmp_path / "threads", db=None))
    ingest(home, load(config), [*LAYERS], actor="tests", progress=silent)
    home.close()
    copytree(tmp_path / "threads", tmp_path / "processes")
    threads = evaluated(tmp_path / "threads", config)
    processes = evaluated(tmp_path / "processes", config, cluster.scheduler_address)
    assert sum("/actual/c/" in path for path in threads) >= 4 * len(CROPS), "several shards of each crop"
    assert processes == threads


def test_a_check_that_blocks_leaves_nothing_of_what_workers_wrote(cluster, tmp_path):
    config = write_country(tmp_path)
    write_source(tmp_path, COPIED, fill=55.0)
    home = open_store(Settings(store=tmp_path / "store", db=None))
    report = ingest(
        home,
        load(config),
        [COPIED],
        actor="tests",
        progress=silent,
        scheduler=cluster.scheduler_address,
    )
    home.close()
    assert report.blocked == [COPIED]
    assert not [path for path in (tmp_path / "store" / "cube").rglob("*") if path.is_file()]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere://x", "127.0.0.1"])
def test_a_scheduler_that_does_not_answer_is_named(address, monkeypatch):
    monkeypatch.setattr("soilinfo.jobs.runs.workers.ANSWER_SECONDS", 1)
    with pytest.raises(InputError, match=f"no scheduler answers at {address}"), workers(address):
        pass


def test_the_command_line_says_when_no_scheduler_answers(config, tmp_path, monkeypatch):
    monkeypatch.setattr("soilinfo.jobs.runs.workers.ANSWER_SECONDS", 1)
    given = ["--config", str(config), "--store", str(tmp_path / "store")]
    result = CliRunner().invoke(app, ["ingest", *given, "--scheduler", "tcp://127.0.0.1:9"])
    assert isinstance(result.exception, InputError)
