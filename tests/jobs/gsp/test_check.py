"""The checks of a product's files: each planted fault is found by the test that is there for it."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from soilinfo.errors import InputError
from soilinfo.jobs.gsp.check import check
from soilinfo.jobs.gsp.rasters import read_values, sha256_of
from soilinfo.jobs.gsp.recompute import with_recomputed
from soilinfo.report.gsp import manifest
from soilinfo.report.gsp.quality import markdown
from soilinfo.report.phrases import Phrases

PH, SOC = "XTL_GSNmap_pH_Map030.tiff", "XTL_GSNmap_SOC_Map030.tiff"


def edit(path: Path, change) -> None:
    """Change the cells of a file, and whatever else of its profile."""
    with rasterio.open(path) as dataset:
        cells, profile, tags = dataset.read(1), dataset.profile, dataset.tags()
    profile |= change(cells) or {}
    path.unlink()
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(cells.astype(profile["dtype"]), 1)
        dataset.update_tags(**tags)


def restate(directory: Path, file: str, old: str) -> None:
    """Write the hash of an edited file where its old one is stated: as somebody who covers a change would."""
    listed, new = directory / manifest.FILE, sha256_of(directory / file)
    text = listed.read_text("utf-8").replace(old, new)
    for path in directory.glob("*.xml"):
        before = sha256_of(path)
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
        text = text.replace(before, sha256_of(path))
    listed.write_text(text, "utf-8")


def impossible(cells):
    cells[-3, -3] = 37.6


def other_nodata(cells):
    cells[cells == -9999] = -32768
    return {"nodata": -32768.0}


def nan_for_nodata(cells):
    cells[cells == -9999] = np.nan


def zero_for_nodata(cells):
    cells[cells == -9999] = 0


def upside_down(cells):
    cells[:] = cells[::-1].copy()


def hundredth(cells):
    cells[cells != -9999] /= 100


def shifted(_cells):
    return {"transform": SHIFTED}


def coarser(_cells):
    return {"transform": COARSER}


def in_metres(_cells):
    return {"crs": "EPSG:32750"}


def whole_numbers(_cells):
    return {"dtype": "int16"}


SHIFTED = Affine(0.0022457, 0, 120.0, 0, -0.0022457, -7.0)
COARSER = Affine(0.0025, 0, 120.0, 0, -0.0025, -7.0)
FAULTS = [
    (impossible, "range"),
    (other_nodata, "nodata_declared"),
    (nan_for_nodata, "nodata_used"),
    (shifted, "grid"),
    (coarser, "cell_size"),
    (in_metres, "crs"),
    (whole_numbers, "dtype"),
    (zero_for_nodata, "footprint"),
    (upside_down, "footprint"),
    (hundredth, "unit"),
]
BESIDE = ("pair", "complete", "exchanged")
"""Tests of other files that a fault of one fails with good reason."""


def failed(catalog, directory) -> set[tuple[str, str]]:
    return {(each.test, each.subject) for each in check(catalog, directory).of("failed")}


@pytest.mark.parametrize(("fault", "test"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS])
def test_a_planted_fault_fails_the_test_that_is_there_for_it(soils, own_nutrients, fault, test):
    old = sha256_of(own_nutrients / PH)
    edit(own_nutrients / PH, fault)
    restate(own_nutrients, PH, old)
    found = failed(soils.catalog, own_nutrients)
    assert (test, PH) in found
    assert not {subject for name, subject in found if name not in BESIDE} - {PH}
    assert not any(name.endswith(("_hash", "_unchanged")) for name, _ in found)


def test_a_file_edited_after_its_record_was_written_is_found_by_both_hashes(soils, own_nutrients):
    edit(own_nutrients / PH, lambda cells: cells.__setitem__((-3, -3), 6.5))
    assert {("record_hash", PH), ("manifest_hash", PH)} <= failed(soils.catalog, own_nutrients)


def test_an_edit_that_hides_from_the_hashes_is_found_by_computing_again(soils, own_nutrients):
    old = sha256_of(own_nutrients / SOC)
    edit(own_nutrients / SOC, lambda cells: cells.__setitem__((-3, -3), cells[-3, -3] + 0.1))
    restate(own_nutrients, SOC, old)
    quality = with_recomputed(check(soils.catalog, own_nutrients), soils.store, soils.catalog, own_nutrients)
    (found,) = [each for each in quality.of("failed") if each.test == "recomputed"]
    assert found.subject == SOC
    assert found.evidence["largest_difference"] == pytest.approx(0.1, abs=1e-5)


def test_a_value_on_land_that_is_no_cropland_is_found_with_the_mask_at_hand(soils, own_nutrients):
    edit(own_nutrients / SOC, lambda cells: cells.__setitem__((3, -4), 2.0))
    quality = with_recomputed(check(soils.catalog, own_nutrients), soils.store, soils.catalog, own_nutrients)
    (found,) = [each for each in quality.of("failed") if each.test == "mask_coverage"]
    assert (found.subject, found.evidence["cells_outside"]) == (SOC, 1)


def test_two_names_exchanged_are_found(soils, own_nutrients):
    clay, sand = (own_nutrients / f"XTL_GSNmap_{code}_Map030.tiff" for code in ("Clay", "Sand"))
    held = clay.read_bytes()
    clay.write_bytes(sand.read_bytes())
    sand.write_bytes(held)
    found = failed(soils.catalog, own_nutrients)
    assert {("own_name", clay.name), ("own_name", sand.name), ("record_hash", clay.name)} <= found


def test_an_uncertainty_that_went_missing_fails_and_one_that_is_said_to_be_left_out_does_not(
    soils, own_nutrients
):
    gone = own_nutrients / "XTL_GSNmap_SOC_UncertaintyMap030.tiff"
    gone.unlink()
    assert failed(soils.catalog, own_nutrients) == {("complete", "soc 0-30 cm, sd"), ("complete", gone.name)}
    told = {each.subject for each in check(soils.catalog, own_nutrients).of("warned")}
    assert "clay 0-30 cm, sd" in told


def test_a_negative_uncertainty_and_one_of_other_cells_are_found(soils, own_nutrients):
    file = "XTL_GSNmap_pH_UncertaintyMap030.tiff"

    def spoil(cells):
        cells[-3, -3], cells[-3, -4] = -0.1, -9999

    edit(own_nutrients / file, spoil)
    assert {("uncertainty_not_negative", file), ("pair", file)} <= failed(soils.catalog, own_nutrients)


def test_an_uncertainty_of_nothing_too_large_or_exchanged_with_its_map_is_found(soils, own_nutrients):
    file = "XTL_GSNmap_pH_UncertaintyMap030.tiff"
    known = read_values(own_nutrients / PH)

    tests = {"uncertainty_size", "exchanged", "unit"}

    def spoilt(change) -> set[tuple[str, str]]:
        edit(own_nutrients / file, lambda cells: np.copyto(cells, change, where=cells != -9999))
        return {one for one in failed(soils.catalog, own_nutrients) if one[0] in tests}

    assert spoilt(0.0) == {("uncertainty_size", file)}
    assert spoilt(7.1) == {("uncertainty_size", file), ("exchanged", file)}  # of 0 to 14 the SD is 7 at most
    edit(own_nutrients / PH, lambda cells: np.copyto(cells, 0.3, where=cells != -9999))
    assert spoilt(np.nan_to_num(known, nan=1.0)) >= {("exchanged", file), ("unit", PH)}


def test_a_record_that_was_edited_is_found(soils, own_nutrients):
    record = own_nutrients / "XTL_GSNmap_SOC.xml"
    text = record.read_text("utf-8")
    assert "CC0-1.0" in text
    record.write_text(text.replace("CC0-1.0", "all rights reserved"), "utf-8")
    assert failed(soils.catalog, own_nutrients) == {("record_unchanged", record.name)}


def test_a_map_of_another_country_in_the_same_directory_hides_none_of_ours(soils, own_nutrients):
    other = own_nutrients / PH.replace("XTL", "YTL")
    other.write_bytes((own_nutrients / PH).read_bytes())
    found = failed(soils.catalog, own_nutrients)
    assert {("twice", other.name), ("country", "")} <= found
    assert not {one for one in found if one[1] == PH}


def test_a_file_beside_the_product_that_may_change_how_it_is_read_is_told(soils, own_nutrients):
    (own_nutrients / f"{PH}.aux.xml").write_text("<PAMDataset/>")
    quality = check(soils.catalog, own_nutrients)
    assert quality.passed
    assert [each.subject for each in quality.of("warned") if each.test == "strange_file"] == [f"{PH}.aux.xml"]


def test_textures_that_do_not_add_up_are_found(soils, own_nutrients):
    edit(
        own_nutrients / "XTL_GSNmap_Silt_Map030.tiff",
        lambda cells: np.copyto(cells, 60, where=cells != -9999),
    )
    assert ("texture_sum", "0-30 cm") in failed(soils.catalog, own_nutrients)


def test_a_record_that_is_missing_or_broken_is_found(soils, own_nutrients):
    (own_nutrients / "XTL_GSNmap_pH.xml").unlink()
    (own_nutrients / "XTL_GSNmap_SOC.xml").write_text("<broken")
    found = failed(soils.catalog, own_nutrients)
    assert {("record", "XTL_GSNmap_pH.xml"), ("record", "XTL_GSNmap_SOC.xml"), ("record_hash", SOC)} <= found


def test_a_stray_name_is_told_with_what_it_could_be(soils, own_nutrients):
    (own_nutrients / PH).rename(own_nutrients / "XTL_GSNmap_PH2_Map030.tiff")
    quality = check(soils.catalog, own_nutrients)
    (found,) = [each for each in quality.of("failed") if each.test == "name"]
    assert "no property 'PH2' in gsnmap; there are: BD, CEC" in found.evidence["fault"]


def test_a_file_that_is_no_raster_is_a_verdict_and_no_crash(soils, own_nutrients):
    (own_nutrients / PH).write_bytes(b"II*\0 cut short")
    held = (own_nutrients / SOC).read_bytes()
    (own_nutrients / SOC).write_bytes(held[: len(held) * 6 // 10])  # its head is whole
    quality = with_recomputed(check(soils.catalog, own_nutrients), soils.store, soils.catalog, own_nutrients)
    assert {each.subject for each in quality.of("failed") if each.test == "readable"} == {PH, SOC}


def test_the_report_is_written_in_each_language_with_its_evidence(soils, own_nutrients):
    edit(own_nutrients / PH, impossible)
    quality = check(soils.catalog, own_nutrients)
    english = markdown(quality, Phrases(soils.catalog, "en"), "GSNmap")
    assert "**Failed.**" in english
    (line,) = [each for each in english.splitlines() if each.startswith(f"| Values are possible | {PH} ")]
    assert "37.6; allowed: 0, 14; unit: pH; cells outside: 1; of: " in line
    assert "**Tidak lulus.**" in markdown(quality, Phrases(soils.catalog, "id"), "GSNmap")


def test_a_directory_that_holds_nothing_or_no_manifest_is_told(soils, own_nutrients, tmp_path):
    with pytest.raises(InputError, match="holds no GeoTIFF"):
        check(soils.catalog, tmp_path)
    listed = json.loads((own_nutrients / manifest.FILE).read_text("utf-8"))
    for broken in ([], {**listed, "grid": {}}, {**listed, "left_out": [{}]}, {**listed, "mask": None}):
        (own_nutrients / manifest.FILE).write_text(json.dumps(broken), "utf-8")
        with pytest.raises(InputError, match="is no manifest of an export"):
            check(soils.catalog, own_nutrients)
