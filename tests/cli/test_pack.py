"""Packs on the command line: one zip with everything about a unit, and clear refusals."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyogrio
import pytest
import rasterio

from soilinfo.catalog.load import load
from soilinfo.jobs.pack.pack import asked, write_pack
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from soilinfo.store.vector import Query
from tests.process import run

CODE = "01.02"


@pytest.fixture(scope="module")
def packed(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict]]:
    """The pack of a regency, and what was said of it."""
    target = tmp_path_factory.mktemp("pack") / "pack.zip"
    code, lines, errors = run(nation, "pack", CODE, "-o", str(target))
    assert code == 0, errors
    return target, lines[-1]


@pytest.fixture(scope="module")
def unpacked(packed: tuple[Path, dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("unpacked")
    with ZipFile(packed[0]) as file:
        file.extractall(directory)
    return directory


def listed(unpacked: Path) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO((unpacked / "manifest.csv").read_text("utf-8-sig")))]


def test_the_list_of_files_tells_of_every_file_what_it_is_and_of_which_version(
    packed: tuple[Path, dict], unpacked: Path, nation: Settings
):
    target, told = packed
    assert (told["file"], told["bytes"]) == (str(target), target.stat().st_size)
    files = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    rows, store = listed(unpacked), open_store(nation)
    published = store.ledger.current().layers
    store.close()
    assert {row["file"] for row in rows} == files - {"manifest.csv"}
    for row in rows:
        content = (unpacked / row["file"]).read_bytes()
        assert (int(row["bytes"]), row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert row["version"] == published.get(row["layer"], "")
    soc = next(row for row in rows if row["layer"] == "soc")
    assert (soc["licence"], len(soc["source_sha256"])) == ("CC0-1.0", 64)
    assert f"{CODE}.qgz" in files
    assert {f"{CODE}.id.qgz", f"{CODE}.en.pdf", f"{CODE}.id.pdf", "README.en.txt", "README.id.txt"} <= files


def test_cells_are_those_of_the_store_bit_for_bit(unpacked: Path, nation: Settings):
    store, catalog = open_store(nation), load(nation.config)
    published = store.ledger.current().layers
    paths = sorted((unpacked / "rasters").glob("*.tif"))
    assert {"soc", "suitability_maize", "suitability_maize.potential_high", "direction.best_class"} <= {
        path.name.removesuffix(".tif") for path in paths
    }
    for path in paths:
        with rasterio.open(path) as part:
            tags, variable = part.tags(), part.descriptions[0]
            layer = next(name for name, version in published.items() if version == tags["VERSION"])
            cube = store.cube.open(layer, published[layer])
            window = cube.grid.window_of(part.bounds)
            assert np.array_equal(part.read(1), cube.read(variable, window)), path.name
            kept = cube.variable(variable)
            assert (part.nodata, part.scales, part.crs) == (kept.nodata, (kept.scale,), catalog.grid.crs)
    with rasterio.open(unpacked / "rasters" / "suitability_maize.tif") as part:
        assert part.colormap(1)[1][:3] == (1, 102, 94)
    store.close()


def test_the_geopackage_holds_the_unit_and_the_tables_about_it(unpacked: Path, nation: Settings):
    path = unpacked / f"{CODE}.gpkg"
    assert list(pyogrio.read_dataframe(path, layer="regencies")["code"]) == [CODE]
    rows = pyogrio.read_dataframe(path, layer="suitability_by_regencies").set_index("id").sort_index()
    store = open_store(nation)
    version = store.ledger.current().layers["suitability_by_regencies"]
    kept = store.vector.read("suitability_by_regencies", version, Query(equal={"code": CODE}))
    store.close()
    kept = kept.set_index("id").sort_index()
    assert list(rows.index) == list(kept.index)
    assert list(rows["s1_ha"]) == list(kept["s1_ha"])
    assert rows.geometry.geom_equals_exact(kept.geometry, 1e-9).all()
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    of_table = styles[styles["f_table_name"] == "suitability_by_regencies"]
    assert [*of_table["styleName"], *of_table["useAsDefault"]] == ["en", "id", True, False]
    assert "RuleRenderer" in of_table["styleQML"].iloc[0]


def test_nothing_in_a_project_needs_a_network_or_lies_elsewhere(unpacked: Path):
    with ZipFile(unpacked / f"{CODE}.qgz") as file:
        project = file.read(f"{CODE}.qgs").decode()
    sources = set(re.findall(r"<datasource>([^<|]*)", project))
    assert sources
    assert all((unpacked / source).is_file() for source in sources), "named relative to the project"
    assert not re.search(
        r"https?://(?!mrcc\.com)",
        re.sub(r"<resourceMetadata>.*?</resourceMetadata>", "", project, flags=re.S),
    )


def test_the_read_me_is_in_the_readers_language(unpacked: Path):
    english, indonesian = ((unpacked / f"README.{each}.txt").read_text("utf-8-sig") for each in ("en", "id"))
    assert f"Land and soil of Kabupaten {CODE} ({CODE})" in english
    assert "Cara membuka" in indonesian
    assert "test@example.org" in indonesian
    assert f"{CODE}.id.qgz" in indonesian


def test_the_same_publication_gives_the_same_bytes(
    packed: tuple[Path, dict], nation: Settings, tmp_path: Path
):
    store, catalog = open_store(nation), load(nation.config)
    write_pack(store, catalog, store.ledger.current(), asked(catalog, CODE), tmp_path / "again.zip")
    store.close()
    assert (tmp_path / "again.zip").read_bytes() == packed[0].read_bytes()
    with ZipFile(packed[0]) as file:
        assert len({info.date_time for info in file.infolist()}) == 1


def test_a_pack_may_be_of_some_themes_in_one_language(nation: Settings, tmp_path: Path):
    target = tmp_path / "one.zip"
    code, _, errors = run(nation, "pack", CODE, "--theme", "terrain", "--language", "id", "-o", str(target))
    assert code == 0, errors
    with ZipFile(target) as file:
        names = file.namelist()
        files = [*csv.DictReader(io.StringIO(file.read("manifest.csv").decode("utf-8-sig")))]
    titles = {row["layer"]: row["title"] for row in files}
    assert (titles["slope"], titles["regencies"]) == ("Kemiringan lereng (%)", "Kabupaten")
    assert [name for name in names if name.startswith("rasters/")] == ["rasters/slope.tif"]
    assert f"{CODE}.id.pdf" in names
    assert f"{CODE}.en.pdf" not in names
    assert [*tmp_path.iterdir()] == [target]


def test_a_code_that_does_not_exist_is_refused_naming_near_ones(nation: Settings, tmp_path: Path):
    code, _, errors = run(nation, "pack", "01.09", "-o", str(tmp_path / "x.zip"))
    assert code == 3
    assert "Did you mean '01.0" in errors
    assert [*tmp_path.iterdir()] == []
