"""The atlas: its pages and what they say in both languages, the same bytes for the same publication."""

import re
from datetime import timedelta
from shutil import which
from subprocess import run

import numpy as np
import pytest

from soilinfo.catalog.entries import Entries
from soilinfo.catalog.styles import style_of_layer, style_of_suitability
from soilinfo.report.atlas.document import Atlas, Map, atlas_pdf
from soilinfo.report.atlas.paper import HEAD, MARGIN, laid_out
from soilinfo.report.atlas.picture import Cells
from soilinfo.report.factsheet.facts import Publication
from soilinfo.report.phrases import Phrases
from tests.report.atlas.places import PROVINCE
from tests.report.facts import CATALOG, CREATED

LANGUAGES = ("en", "id")
VALUES = np.random.default_rng(1).uniform(3, 8, (20, 40))
SHOWN = ("ph_h2o", "ph_h2o_sd", "suitability_maize")


def atlas(language, *, paper="A4", created=CREATED, cells=VALUES, titles=None):
    entries = {entry.id: entry for entry in Entries(CATALOG, language).every() if entry.legend}
    entries |= {name: entries[name]._replace(title=title) for name, title in (titles or {}).items()}
    layout = laid_out(PROVINCE.bounds, CATALOG.grid.crs, paper)
    shared = Atlas(PROVINCE, layout, Publication(7, created, {}), "Surveyors (CC0)", entries)
    held = None if cells is None else Cells(cells, PROVINCE.bounds)
    styles = {"suitability_maize": style_of_suitability(CATALOG)}
    maps = (
        Map(
            entries[name], "v1", styles.get(name) or style_of_layer(CATALOG, name), entries[name].legend, held
        )
        for name in SHOWN
    )
    return atlas_pdf(shared, maps, Phrases(CATALOG, language))


def pages(pdf, tmp_path):
    """The words of each page, white space left out."""
    (tmp_path / "atlas.pdf").write_bytes(pdf)
    read = run(["pdftotext", "-raw", tmp_path / "atlas.pdf", "-"], capture_output=True, text=True, check=True)
    return ["".join(page.split()) for page in read.stdout.split("\f")[:-1]]


needs_pdftotext = pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext is not here")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_publication_gives_the_same_bytes(language):
    first = atlas(language)
    assert first.startswith(b"%PDF")
    assert atlas(language) == first
    assert atlas(language, created=CREATED + timedelta(days=1)) != first


@needs_pdftotext
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["Legend", "Scale1:", "Nodata", "Licence", "Source", "Version:ph_h2ov1", "seepage4,", "Page3of5"],
        ),
        (
            "id",
            ["Legenda", "Skala1:", "Tidakadadata", "Lisensi", "Sumber", "Versi:ph_h2ov1", "lihathalaman4,"],
        ),
    ],
)
def test_a_sheet_says_what_a_reader_of_its_map_must_know(language, words, tmp_path):
    cover, contents, sheet, *rest = pages(atlas(language), tmp_path)
    assert len(rest) == 2
    assert [each for each in words if each not in sheet] == []
    assert "Surveyors(CC0)" in cover
    title = "".join(Phrases(CATALOG, language).named(CATALOG.title_of(CATALOG.layer("ph_h2o"))).split())
    assert title in sheet
    assert re.search(re.escape(title) + r"[.\s⁠]*3", contents)


@needs_pdftotext
def test_names_of_places_are_texts_and_no_markup(tmp_path):
    assert "Purwa<b>&#Giri" in pages(atlas("en"), tmp_path)[0]


@needs_pdftotext
def test_a_long_title_is_written_smaller_and_stays_above_its_map(tmp_path):
    titles = {
        "ph_h2o": "Penggunaan dan tutupan lahan yang bertentangan dengan kesesuaian dan kelasnya",
        "suitability_maize": "Kelas komoditas terbaik menurut karakteristik bersama dan tabel lengkap, " * 2,
    }
    (tmp_path / "atlas.pdf").write_bytes(atlas("id", titles=titles))
    asked = ["pdftotext", "-bbox", "-f", "3", tmp_path / "atlas.pdf", "-"]
    told = run(asked, capture_output=True, text=True, check=True).stdout
    found = re.findall(r'yMax="([\d.]+)">(Penggunaan|kelasnya|Kelas|lengkap,)<', told)
    assert {word for _, word in found} == {"Penggunaan", "kelasnya", "Kelas", "lengkap,"}
    head = (MARGIN + HEAD) / 25.4 * 72
    assert [word for bottom, word in found if float(bottom) > head] == []


@needs_pdftotext
def test_a_doubt_that_no_sheet_of_the_atlas_tells_is_told_by_the_name_of_its_map(tmp_path):
    assert "Uncertainty:seethemapConfidenceoflandsuitability:Maize" in pages(atlas("en"), tmp_path)[4]


@needs_pdftotext
def test_a_map_without_data_says_so(tmp_path):
    assert "NodataofthismaparepublishedforPurwa" in pages(atlas("en", cells=None), tmp_path)[2]


@needs_pdftotext
@pytest.mark.parametrize("paper", ["A3", "A4"])
def test_the_pages_have_the_size_of_the_paper(paper, tmp_path):
    (tmp_path / "atlas.pdf").write_bytes(atlas("en", paper=paper))
    told = run(["pdfinfo", tmp_path / "atlas.pdf"], capture_output=True, text=True, check=True).stdout
    assert f"({paper})" in told
