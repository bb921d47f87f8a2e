"""The profiles: where the maps are, as they say but for a known error, and planted with known faults."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from soilinfo.sample import soils
from soilinfo.sample.archive import GENERAL, SWAMP
from soilinfo.sample.layers import UNSURVEYED_SHEET
from soilinfo.sample.pits import TOPSOIL_CM, Pits, dig
from soilinfo.sample.profiles import write_profiles


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("profiles")
    write_profiles(directory)
    return directory


def _read(path: Path, header: int = 0) -> pd.DataFrame:
    return pd.read_csv(path, header=header, dtype=str, keep_default_na=False)


@cache
def _survey() -> Pits:
    return dig("soil survey", 240)


def _topsoil(pits: Pits, name: str) -> np.ndarray:
    """Mean over 0-30 cm of each pit that is as deep."""
    rows = pits.horizons.assign(value=pits.analyse(name))
    rows["cm"] = rows["lower"].clip(upper=TOPSOIL_CM) - rows["upper"].clip(upper=TOPSOIL_CM)
    sums = rows.assign(value=rows["value"] * rows["cm"]).groupby("pit")[["value", "cm"]].sum()
    return np.where(sums["cm"] == TOPSOIL_CM, sums["value"] / sums["cm"], np.nan)


def test_the_same_files_come_out_again(written: Path, tmp_path: Path) -> None:
    write_profiles(tmp_path)
    assert {each.name: each.read_bytes() for each in written.iterdir()} == {
        each.name: each.read_bytes() for each in tmp_path.iterdir()
    }


def test_pits_lie_on_land_and_off_the_sheet_that_nobody_surveyed() -> None:
    land = _survey().soils.relief
    west, south, east, north = UNSURVEYED_SHEET
    assert (land.coast > 0).all()
    assert not ((west < land.x) & (land.x < east) & (south < land.y) & (land.y < north)).any()


@pytest.mark.parametrize(
    ("name", "field", "sd", "shift", "spread"),
    [
        ("ph_h2o", soils.ph_h2o, soils.ph_h2o_sd, 0, 1),
        ("soc", soils.soc, soils.soc_sd, 0, 2),
        ("p2o5_hcl25", soils.p2o5_hcl25, soils.p2o5_hcl25_sd, 0, 1),
        ("k2o_hcl25", soils.k2o_hcl25, soils.k2o_hcl25_sd, -1, 1),
    ],
)
def test_topsoils_differ_from_the_maps_by_the_planted_error(name, field, sd, shift, spread) -> None:
    off = (_topsoil(_survey(), name) - field(_survey().soils)) / sd(_survey().soils)
    # Four standard errors of 240 pits; a few large errors are cut at a fifth of the map's value.
    assert np.nanmean(off) == pytest.approx(shift, abs=0.26 * spread)
    assert np.nanstd(off) == pytest.approx(spread, rel=0.2)


def test_horizons_follow_each_other_but_where_a_fault_is_planted(written: Path) -> None:
    rows = _read(written / "soil_survey_horizons.csv")
    rows[["ATAS_CM", "BAWAH_CM"]] = rows[["ATAS_CM", "BAWAH_CM"]].apply(pd.to_numeric)
    starts = rows.groupby("KODE")["BAWAH_CM"].shift().fillna(0)
    odd = rows[(rows["ATAS_CM"] != starts) | ~(rows["BAWAH_CM"] > rows["ATAS_CM"])]
    assert set(odd["KODE"]) == {"SN-007", "SN-023", "SN-041", "SN-058"}
    sums = rows[["LIAT", "DEBU", "PASIR"]].apply(pd.to_numeric).sum(axis=1, min_count=3)
    assert set(rows["KODE"][(sums - 100).abs() > 0.2]) == {"SN-066"}
    assert set(rows["KODE"]) - set(_read(written / "soil_survey.csv")["KODE"]) == {"SN-999"}


def test_the_archive_uses_older_methods_each_project_its_own(written: Path) -> None:
    projects = _read(written / "legacy_plots.csv", 1).set_index("profile_code")["project_name"]
    rows = _read(written / "legacy_specimens.csv")
    project = projects[rows["profile_code"]].to_numpy()
    assert (rows["pH CaCl2"] != "")[project == GENERAL].all()
    assert (rows["pH H2O"] != "").tolist() == (project == SWAMP).tolist()
    assert rows["EC 1:5"].str.startswith("<").any()
    assert (rows["P Olsen"] == "tr").sum() == 1
    assert 0 < (rows["Bulk density"] == "").sum() < len(rows)
    peat = _read(written / "legacy_elements.csv", 1).set_index("element_code")["horizon_code"].str[0] == "H"
    assert peat.any()
    assert (rows["Clay"] == "").tolist() == peat[rows["element_code"]].tolist()


def test_colours_of_the_archive_are_notations_and_dry_soil_is_paler(written: Path) -> None:
    rows = _read(written / "legacy_elements.csv", 1)
    rock = rows["horizon_code"] == "R"
    assert (rows.loc[rock, ["Colour Moist", "Colour Dry"]] == "").all(axis=None)
    moist, dry = (
        rows.loc[~rock, heading].str.extract(r"^10YR (\d)/(\d)$").astype(int)
        for heading in ("Colour Moist", "Colour Dry")
    )
    assert (dry[0] > moist[0]).all()
    assert (moist[1] == dry[1]).all()
