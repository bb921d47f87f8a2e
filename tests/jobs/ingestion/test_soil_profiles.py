"""Profiles are ingested into collections that are held: published with the run, and shown to nobody."""

import io
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.catalog.names import is_held
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.ingestion.release import release
from soilinfo.jobs.runs.desktop import furnished_by
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import ROOT, write_country
from tests.real import needs_real_data

HELD = ["held_survey_elements", "held_survey_observations", "held_survey_profiles"]
DATASET = {
    "title": {"en": "Survey", "id": "Survei"},
    "profiles": {
        "source": "../sources/sites.csv",
        "columns": {"profile_code": "code", "longitude": "lon", "latitude": "lat"},
    },
    "horizons": {
        "source": "../sources/horizons.csv",
        "profile_code": "code",
        "upper": "top",
        "lower": "bottom",
        "values": [{"column": "ph", "property": "ph_h2o", "unit": "pH"}],
    },
    "privacy": {"share": "nothing"},
    "licence": "CC0-1.0",
    "attribution": "tests",
}
SITES = "code,lon,lat\nA,120.0123,-7.0123\nB,120.02,-7.02\n"
HORIZONS = "code,top,bottom,ph\nA,0,10,5.4\nB,0,10,55\n"


@pytest.fixture
def country(tmp_path):
    config, store = made(tmp_path, None)
    yield config, store
    store.close()


def made(tmp_path, db):
    """A small country with one dataset, nothing ingested yet, and its store."""
    config = write_country(tmp_path, cells=24)
    for layer in (config / "layers").iterdir():  # nothing here is about maps
        layer.unlink()
    (config / "soil_profiles").mkdir()
    write(config, DATASET, SITES, HORIZONS)
    settings = Settings(store=tmp_path / "store", db=db, config=config)
    return config, open_store(settings, furnish=furnished_by(settings))


def write(config, dataset, sites, horizons):
    (config / "soil_profiles" / "survey.yaml").write_text(yaml.safe_dump(dataset))
    (config.parent / "sources" / "sites.csv").write_text(sites)
    (config.parent / "sources" / "horizons.csv").write_text(horizons)


def run(config, store, *names):
    return ingest(store, load(config), names or None, actor="tests", progress=silent)


def test_three_collections_are_held_and_published_together(country):
    config, store = country
    report = run(config, store)
    assert sorted(set(report.published) & set(HELD)) == HELD
    assert len({report.published[name] for name in HELD}) == 1
    profiles = store.vector.read("held_survey_profiles", report.published["held_survey_profiles"])
    assert profiles["id"].tolist() == ["survey.A", "survey.B"]
    assert profiles.geometry.x.tolist() == [120.0123, 120.02]
    observations = store.vector.read("held_survey_observations", report.published["held_survey_observations"])
    assert observations[["id", "value", "flag"]].values.tolist() == [
        ["survey.A.1.ph_h2o", 5.4, "ok"],
        ["survey.B.1.ph_h2o", 55, "rejected"],
    ]
    assert "survey" not in " ".join(one.message for one in report.findings)
    again = run(config, store)
    assert "held_survey_profiles" in again.unchanged
    assert not set(again.published) & set(HELD)


def test_what_is_held_is_no_view_no_style_no_layer_of_a_project_and_no_tile(tmp_path, dsn):
    config, store = made(tmp_path, dsn)
    report = run(config, store)
    assert set(HELD) <= set(report.published)
    with psycopg.connect(dsn) as person:
        views = "SELECT viewname FROM pg_views WHERE schemaname = 'soilinfo_published'"
        shown = {name for (name,) in person.execute(views)}
        styled = {name for (name,) in person.execute("SELECT f_table_name FROM layer_styles")}
        projects = [
            content for (content,) in person.execute("SELECT content FROM soilinfo_published.qgis_projects")
        ]
    store.close()
    assert "regencies" in shown & styled
    assert not [name for name in shown | styled if is_held(name)]
    assert projects
    for content in projects:
        with ZipFile(io.BytesIO(content)) as archive:
            assert not [name for name in archive.namelist() if b"held_" in archive.read(name)]
    assert not list((tmp_path / "store").rglob("*held_*"))


def test_a_dataset_is_ingested_by_its_own_name_and_an_unknown_one_is_told(country):
    config, store = country
    run(config, store, "survey")
    assert sorted(set(store.ledger.current().layers) - {"findings"}) == HELD
    with pytest.raises(UnknownNameError, match="dataset 'surveys'"):
        run(config, store, "surveys")


def test_a_dataset_that_is_blocked_keeps_what_was_held_of_it(country):
    config, store = country
    first = run(config, store)
    write(config, DATASET, SITES, "code,top,bottom,ph\nA,,,5.4\n")
    report = run(config, store)
    assert report.blocked == ["held_survey_profiles"]
    assert store.ledger.current().layers["held_survey_profiles"] == first.published["held_survey_profiles"]
    (config / "soil_profiles" / "survey.yaml").unlink()
    assert run(config, store).forgotten == ["held_survey_profiles"]


def test_half_of_an_upload_is_not_taken_for_the_whole(country):
    config, store = country
    run(config, store)
    write(config, DATASET, "code,lon,lat\nA,120.0123,-7.0123\n", "code,top,bottom,ph\nA,0,10,5.4\n")
    report = run(config, store)
    assert report.blocked == ["held_survey_profiles"]
    assert "profiles_lost" in {one.check for one in report.findings}


def test_half_of_the_horizons_is_not_taken_for_the_whole_where_every_profile_is_still_told(country):
    config, store = country
    run(config, store)
    first = HORIZONS.splitlines()[:2]
    write(config, DATASET, SITES, "\n".join(first) + "\n")
    report = run(config, store)
    assert report.blocked == ["held_survey_profiles"]
    found = {one.check for one in report.findings if one.severity == "block"}
    assert found == {"horizons_lost", "observations_lost"}


def test_a_dataset_may_wait_for_a_person(country):
    config, store = country
    write(config, DATASET | {"release": "on_warning"}, SITES, HORIZONS)
    assert run(config, store).waiting == ["held_survey_profiles"]
    release(store, load(config), "held_survey_profiles", reason="compared", actor="tests")
    assert set(HELD) <= set(store.ledger.current().layers)


# ---- real files -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    settings = Settings(store=tmp_path_factory.mktemp("real") / "store", db=None)
    store = open_store(settings)
    catalog = load(Path(ROOT / "tests/config/profiles"))
    yield store, ingest(store, catalog, None, actor="tests", progress=silent)
    store.close()


@needs_real_data
@pytest.mark.parametrize(
    ("dataset", "held", "found"),
    [
        ("eberg", (3670, 18350, 46788), {"texture_sum": 12777}),
        ("edgeroi", (359, 2338, 9935), {"same_place": 10, "depth_gaps": 2, "texture_sum": 6}),
        ("kabo", (3, 26, 464), {}),
        ("meuse", (155, 155, 153), {}),
        (
            "ph",
            (7, 50, 351),
            {"missing_codes": 1, "headings_differ": 1, "footnote_digits": 7, "carbon_beside_density": 30},
        ),
    ],
)
def test_real_profiles_are_held_with_their_faults_told(real, dataset, held, found):
    store, report = real
    counted = [
        store.vector.count(f"held_{dataset}_{part}", report.published[f"held_{dataset}_{part}"])
        for part in ("profiles", "elements", "observations")
    ]
    assert tuple(counted) == held
    name = f"held_{dataset}_profiles"
    assert {one.check: one.count for one in report.findings if one.layer == name} == found


@needs_real_data
def test_the_empty_template_is_refused(real):
    _, report = real
    assert report.blocked == ["held_template_profiles"]
