"""/collections/findings: what checks found about what is served and about what they kept out. Both homes."""

import csv
import io

import pytest

from soilinfo.catalog.load import load
from soilinfo.findings import Finding
from soilinfo.jobs.runs.publication import publish
from soilinfo.jobs.runs.run import recorded
from soilinfo.jobs.runs.versions import Origin, new_version
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import NORTH, WEST, write_country
from tests.process import serving
from tests.store.frames import regencies

FOUND = Finding(
    "value_range", "warn", "regencies", "3 cells are doubtful", 3, {"place": [WEST + 0.1, NORTH - 0.1]}
)
BLOCKED = Finding("unknown_codes", "block", "drainage", "code 9 means nothing", 1, {"code": 9})


@pytest.fixture
def reported(settings, tmp_path):
    """A store in each home that serves one level with a finding, and keeps a layer out."""
    config = write_country(tmp_path / "country")
    found = Settings(store=settings.store, db=settings.db, config=config)
    store = open_store(found)
    with recorded(store, "ingest", "tests", {}) as report:
        origin = Origin("tests", "00", {})
        version = new_version("regencies", "vector", origin, pipeline="t/1", parameters={}, run=report.run)
        store.vector.write("regencies", version.version, regencies(), id_field="code")
        store.ledger.record(version, [FOUND])
        store.ledger.record_findings(report.run, "drainage", None, [BLOCKED])
        report.published["regencies"] = version.version
        report.blocked.append("drainage")
        publish(store, report, actor="tests", reason="test")
    store.close()
    return found


def test_a_planner_reads_why_a_layer_is_old(reported):
    assert load(reported.config)
    with serving(reported) as client:
        page = client.get("/collections/findings/items?f=json").json()
        assert page["numberMatched"] == 2
        by_layer = {each["properties"]["layer"]: each for each in page["features"]}
        assert by_layer["regencies"]["geometry"] == {
            "type": "Point",
            "coordinates": [WEST + 0.1, NORTH - 0.1],
        }
        assert by_layer["drainage"]["geometry"] is None
        assert by_layer["drainage"]["properties"]["message"] == "code 9 means nothing"
        assert by_layer["drainage"]["properties"]["severity"] == "block"
        assert by_layer["drainage"]["properties"]["count"] == 1

        def matched(query):
            return client.get(f"/collections/findings/items?f=json&{query}").json()["numberMatched"]

        run = by_layer["drainage"]["properties"]["run"]
        assert matched("severity=block") == matched("layer=drainage") == matched("check=unknown_codes") == 1
        assert matched(f"run={run}") == 2
        assert matched(f"bbox={WEST},{NORTH - 1},{WEST + 1},{NORTH}") == 1
        assert matched(f"bbox={WEST + 50},{NORTH - 1},{WEST + 51},{NORTH}") == 0
        first = client.get("/collections/findings/items?f=json&limit=1").json()
        assert "next" in {link["rel"] for link in first["links"]}
        rows = list(csv.DictReader(io.StringIO(client.get("/collections/findings/items?f=csv").text)))
        assert {row["layer"] for row in rows} == {"regencies", "drainage"}
        assert [each["properties"]["severity"] for each in page["features"]] == ["block", "warn"]
        refused = client.get("/collections/findings/items?severity=blok")
        assert refused.status_code == 400
        assert "there are: block, note, warn" in refused.json()["detail"]
        indonesian = client.get("/collections/findings/items?f=html&lang=id")
        for told in ("Menahan", "Peringatan", "Drainase tanah", "Kabupaten"):
            assert f"<td>{told}</td>" in indonesian.text
        assert '"/collections/findings/items?lang=' in client.get("/?f=html").text
        assert indonesian.status_code == 200
        assert "Temuan mutu data" in indonesian.text
        assert "<dt>" in client.get(f"/collections/findings/items/{page['features'][0]['id']}?f=html").text
        linked = client.get("/collections/regencies?f=json").json()["links"]
        (quality,) = [link for link in linked if link["rel"] == "quality"]
        assert quality["href"].endswith("/collections/findings/items?layer=regencies")
        assert client.get(quality["href"]).json()["numberMatched"] == 1
        assert "quality" in {link["rel"] for link in client.get("/?f=json").json()["links"]}
        assert client.get("/collections/findings?f=html").status_code == 200
