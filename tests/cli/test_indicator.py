"""Indicators on the command line."""

import json

from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.settings import Settings
from tests.jobs.indicators.conftest import Carbon
from tests.jobs.indicators.conftest import carbon as carbon


def told(nation: Settings, *arguments: str) -> list[dict[str, str]]:
    found = CliRunner().invoke(
        app, [*arguments, "--config", str(nation.config), "--store", str(nation.store)]
    )
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return [json.loads(line) for line in found.output.splitlines()]


def test_indicators_are_listed_with_their_layers_or_what_they_lack(nation: Settings):
    rows = {row["indicator"]: row["told by"] for row in told(nation, "indicators", "--language", "id")}
    assert rows["ph_h2o"] == "undated: ph_h2o"
    assert rows["n_total"] == "tidak ada layer terbit untuk: Nitrogen total"


def test_an_indicator_of_the_nation_and_of_a_box_has_value_interval_and_affected_land(nation: Settings):
    value, limit, *_, definition = told(nation, "indicator", "ph_h2o")
    assert value["90 % interval"] == "interval not known"
    assert value["layers"].startswith("ph_h2o@")
    assert limit["threshold"] == "Acid (up to 5.5)"
    assert "Mean pH of the topsoil" in definition["message"]
    box = told(nation, "indicator", "ph_h2o", "--bbox", "120.1,-7.2,120.2,-7.1")
    assert box[0]["value"] != value["value"]


def test_the_parts_of_an_index_are_printed(carbon: Carbon):
    settings = Settings(store=carbon.store.directory, config=carbon.catalog.directory)
    parts = [row for row in told(settings, "indicator", "health", "--region", "01.01") if "part" in row]
    assert parts[0]["part"] == "Soil organic carbon"
    assert parts[0]["value"].endswith(" %")
    assert 0 <= float(parts[0]["score"]) <= 100
