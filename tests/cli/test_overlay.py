"""The overlay on the command line: one file in, one table out, findings told."""

import json
from pathlib import Path

import pyogrio
import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import InputError
from soilinfo.settings import Settings
from tests.offered import blocks, zipped


def asked(nation: Settings, *arguments: object):
    places = ["--config", nation.config, "--store", nation.store]
    found = CliRunner().invoke(app, ["overlay", *map(str, (*arguments, *places))])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.output


@pytest.mark.parametrize("form", ["xlsx", "csv", "gpkg", "geojson"])
def test_a_table_is_written_in_the_form_that_its_name_ends_in(nation: Settings, tmp_path: Path, form: str):
    output = tmp_path / f"table.{form}"
    code, told = asked(
        nation, zipped(blocks(5), tmp_path), "-o", output, "--crop", "maize", "--property", "slope"
    )
    assert code == 0
    lines = [json.loads(line) for line in told.splitlines()]
    assert (lines[-1]["polygons"], lines[-1]["omitted"]) == (5, 0)
    assert "duplicates" in [line.get("check") for line in lines]
    if form != "xlsx":
        frame = pyogrio.read_dataframe(output, layer="overlay" if form == "gpkg" else None)
        assert {"blok", "maize_class", "slope_mean", "regencies_code"} <= {*frame}


def test_a_form_that_there_is_not_is_refused_before_any_work(nation: Settings, tmp_path: Path):
    code, told = asked(nation, tmp_path / "absent.zip", "-o", tmp_path / "table.shp")
    assert code == 2
    assert ".gpkg" in told


def test_a_system_may_be_stated_where_the_file_tells_none(nation: Settings, tmp_path: Path):
    path, output = zipped(blocks(3), tmp_path, without=".prj"), tmp_path / "table.csv"
    with pytest.raises(InputError, match="it is not guessed"):
        asked(nation, path, "-o", output)
    assert not output.exists()
    code, _ = asked(nation, path, "-o", output, "--crs", "EPSG:32751", "--about", "regions, properties")
    assert code == 0
