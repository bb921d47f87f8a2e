"""Why land suits a crop, asked on the command line: the sentence and its tables as JSON lines."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import InputError
from soilinfo.settings import Settings


def asked(nation: Settings, *arguments: str) -> list[dict[str, object]]:
    places = ["--config", str(nation.config), "--store", str(nation.store)]
    found = CliRunner().invoke(app, ["explain", "maize", *arguments, *places])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    if found.exit_code:
        return [{"refused": found.exit_code}]
    return [json.loads(line) for line in found.output.splitlines()]


def test_a_point_gets_the_sentence_in_the_language_asked_for(nation: Settings):
    told = asked(nation, "--at", "120.15,-7.15", "--language", "id")
    assert str(told[0]["message"]).startswith("Untuk jagung, lahan di sini ")
    assert told[0]["is_point"]


def test_a_region_has_rows_of_causes_measures_and_management(nation: Settings):
    told = asked(nation, "--region", "01")
    assert {"class", "characteristic", "value", "asked", "layer"} <= told[1].keys()
    ways = {row["with"] for row in told if "with" in row}
    assert {"liming", "drainage", "potential_low", "potential_high"} <= ways


def test_a_polygon_of_a_file_and_no_area_at_all_are_answered(nation: Settings, tmp_path: Path):
    ring = [[120.1, -7.2], [120.2, -7.2], [120.2, -7.1], [120.1, -7.1], [120.1, -7.2]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {}}
    (tmp_path / "field.geojson").write_text(json.dumps(feature))
    (tmp_path / "broken.geojson").write_text("{")
    field = asked(nation, "--polygon", str(tmp_path / "field.geojson"))[0]
    whole = asked(nation)[0]
    assert 0 < float(str(field["total_ha"])) < float(str(whole["total_ha"]))
    assert whole["area"] == {"region": "nation"}
    with pytest.raises(InputError, match="cannot be read as GeoJSON"):
        asked(nation, "--polygon", str(tmp_path / "broken.geojson"))


def test_two_areas_and_half_a_point_are_refused(nation: Settings):
    assert asked(nation, "--at", "120.15") == [{"refused": 2}]
    assert asked(nation, "--at", "120,-7", "--region", "01") == [{"refused": 2}]
