"""People read of a source as config writes it: neither this machine's directories nor a password or token."""

import json

import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.log import run_log
from soilinfo.jobs.runs.source_names import without_secrets
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source
from tests.process import serving
from tests.s3 import object_storage

SECRETS = ("reader", "hunter2", "t0ken")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("https://reader:hunter2@host/a.tif?token=t0ken: no", "https://***@host/a.tif?***: no"),
        ("at 's3://bucket/a.tif?X=t0ken' and more", "at 's3://bucket/a.tif?***' and more"),
        ("/vsicurl/http://host/a.tif?t0ken", "/vsicurl/http://host/a.tif?***"),
        ("http://reader:hunt@er?2@host:80/a", "http://***@host:80/a"),
        ("https://host/a.tif: broke off", "https://host/a.tif: broke off"),
        ("ask mail@host? 3 of 4 cells", "ask mail@host? 3 of 4 cells"),
    ],
)
def test_user_information_and_query_of_a_url_are_masked_and_nothing_else(said, told):
    assert without_secrets(said) == told
    assert without_secrets({"a": [said, 1]}) == {"a": [told, 1]}


def test_a_line_of_the_log_holds_no_secret(tmp_path):
    log = tmp_path / "log"
    logger = run_log(Settings(store=tmp_path, log=log))
    logger.error("failed", reason="https://reader:hunter2@host/a?token=t0ken: no answer")
    assert "https://***@host/a?***: no answer" in log.read_text()


def told_everywhere(store):
    """Everything that a run leaves for people to read, as one text."""
    reports = [path.read_text() for path in sorted(store.reports.glob("*/*"))]
    ledger = [store.ledger.findings(), store.ledger.versions(), store.ledger.quarantined()]
    table = store.vector.read("findings", store.ledger.current().layers["findings"])
    return "\n".join([*reports, *map(repr, ledger), table.to_csv()])


def run(settings, names=None):
    """Ingest; what the run reported, and all that can be read of it."""
    store, events = open_store(settings), []
    report = ingest(store, load(settings.config), names, actor="tests", progress=events.append)
    told = "\n".join([told_everywhere(store), json.dumps([event.message for event in events])])
    store.close()
    return report, told


def test_a_source_with_a_password_and_a_token_is_named_without_them(tmp_path):
    config = write_country(tmp_path)
    settings = Settings(store=tmp_path / "store", config=config, db=None)
    with object_storage() as storage:
        address = storage.endpoint.replace("://", "://reader:hunter2@") + "/soil/sources"
        raster = (tmp_path / "sources" / "soc.tif").read_bytes()
        storage.objects["sources/soc.tif"] = raster
        storage.objects["sources/cec.tif"] = raster[: len(raster) // 2]
        for name in ("soc", "cec", "ph_h2o"):
            path = config / "layers" / f"{name}.yaml"
            described = yaml.safe_load(path.read_text())
            path.write_text(yaml.safe_dump(described | {"source": f"{address}/{name}.tif?token=t0ken"}))
        report, told = run(settings)
    assert "soc" in report.published
    assert {"cec", "ph_h2o"} == set(report.blocked)
    assert not [secret for secret in SECRETS if secret in told]
    assert str(tmp_path) not in told
    for name in ("soc", "cec", "ph_h2o"):
        assert f"{storage.endpoint.replace('://', '://***@')}/soil/sources/{name}.tif" in told


def test_a_truncated_file_is_named_as_config_writes_it(tmp_path):
    config = write_country(tmp_path)
    elsewhere = write_source(tmp_path, "cec")
    for name in ("soc", "cec"):
        path = tmp_path / "sources" / f"{name}.tif"
        path.write_bytes(path.read_bytes()[:20_000])
    path = config / "layers" / "cec.yaml"
    path.write_text(path.read_text().replace("../sources/cec.tif", str(elsewhere)))
    settings = Settings(store=tmp_path / "store", config=config, db=None)
    report, _ = run(settings)
    reasons = {each.layer: each.message for each in report.findings if each.severity == "block"}
    assert reasons["soc"].startswith("../sources/soc.tif: ")
    assert reasons["cec"].startswith("cec.tif: ")
    assert "/sources/cec.tif" not in "".join(reasons.values())
    with serving(settings) as client:
        served = client.get("/collections/findings/items?f=json&severity=block").text
    assert "../sources/soc.tif" in served
    assert str(tmp_path) not in served
