"""soilinfo gsp: what its commands answer, and what they end with. Here for the country of this directory."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app

PH = "XTL_GSNmap_pH_Map030.tiff"


@pytest.fixture
def gsp(soils):
    """Runs a command over the small country; its exit code and what it says."""

    def run(*words: object) -> tuple[int, str]:
        found = CliRunner().invoke(app, ["gsp", *map(str, words), "--config", str(soils.catalog.directory)])
        return found.exit_code, found.output

    return run


def test_an_export_tells_what_is_left_out_and_ends_well_with_its_report(gsp, soils, tmp_path: Path):
    store = ("--store", soils.directory / "store")
    code, said = gsp(
        "export", "gsnmap", "--depth", "0-30", "--depth", "0-30", "--to", tmp_path / "out", *store
    )
    assert code == 0
    assert "left out: clay 0-30 cm, sd: no published layer of the standard deviation of clay" in said
    assert (tmp_path / "out" / "qa_report.md").read_text("utf-8").count(f"| {PH} |") > 5


@pytest.mark.parametrize("depth", ["30-0", "nan-30", "0-inf", "-5-30", "0 30", ""])
def test_a_depth_that_is_none_is_refused_before_anything_is_written(gsp, tmp_path: Path, depth: str):
    code, said = gsp("export", "gsnmap", f"--depth={depth}", "--to", tmp_path / "out")
    assert (code, (tmp_path / "out").exists()) == (2, False)
    assert "--depth" in said


def test_a_failed_check_ends_with_5_and_names_the_test_and_its_report(
    gsp, own_nutrients: Path, tmp_path: Path
):
    assert gsp("check", own_nutrients)[0] == 0
    (own_nutrients / PH).unlink()
    code, said = gsp("check", own_nutrients, "--report", tmp_path, "--language", "id")
    assert code == 5
    assert f"{PH}: Setiap peta beserta ketidakpastiannya tersedia" in said
    assert gsp("check", own_nutrients, "--report", tmp_path / "none")[0] not in (0, 5)
    assert "**Tidak lulus.**" in (tmp_path / "qa_report.md").read_text("utf-8")


def test_black_soils_are_not_exported_and_lead_to_where_they_are_told(soils, tmp_path: Path):
    places = ("--store", str(soils.directory / "store"), "--config", str(soils.catalog.directory))
    found = CliRunner().invoke(app, ["gsp", "export", "gbsmap", "--to", str(tmp_path / "out"), *places])
    assert "black_soil in harmonized_profiles" in str(found.exception)
