"""Loading config/: what is told of faulty files, and what a faultless one becomes."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soilinfo.catalog.load import check, load, path_of
from soilinfo.catalog.text import in_language, texts
from soilinfo.errors import ConfigError, UnknownNameError
from tests.catalog.conftest import CONFIG, replace, write

# file, text in it, what it becomes, key that the fault names, part of the message
PLANTED = [
    ("country.yaml", "id: testland", "id: testland\ncolour: red", "colour", "no key 'colour'"),
    ("grid.yaml", "arc_seconds: 7.5", "arc_seconds: -7.5", "arc_seconds", "greater than 0"),
    ("services.yaml", "languages: [en, id]", "languages: [en, id, xx]", "languages", "no language 'xx'"),
    (
        "regions.yaml",
        "parent: provinces",
        "parent: province",
        "regencies.parent",
        "Did you mean 'provinces'?",
    ),
    ("layers/ph_h2o.yaml", "unit: pH", "unit: mg/kg", "unit", "does not convert to 'pH'"),
    ("layers/drainage.yaml", "2: poor", "2: bad", "codes.2", "no class 'bad'"),
    ("properties.yaml", "decimals: 3", "decimals: 5", "n_total", "fewer decimals"),
    ("evaluation.yaml", "may_lack: [n_total", "may_lack: [ntotal", "may_lack", "Did you mean 'n_total'?"),
    ("classes/drainage.yaml", "code: 2", "code: 1", "", "code used twice: 1"),
    ("crops/maize.yaml", "quality: tc\n    kind: numeric\n", "quality: tc\n   kind: numeric\n", "", "line "),
]


def test_ten_faults_planted_in_ten_files_are_all_told_at_once(country: Path):
    for name, old, new, _, _ in PLANTED:
        replace(country, name, old, new)
    with pytest.raises(ConfigError) as raised:
        load(country)
    told = raised.value.faults
    for name, _, _, key, message in PLANTED:
        assert any(f.file == name and f.key == key and message in f.message for f in told), (name, told)
    assert len(told) == len(PLANTED), "one mistake, one fault"


@pytest.mark.parametrize(("name", "old", "new", "key", "message"), PLANTED, ids=lambda part: str(part)[:20])
def test_a_fault_alone_is_told_alone(country: Path, name: str, old: str, new: str, key: str, message: str):
    replace(country, name, old, new)
    faults, findings = check(country)
    assert [(fault.file, fault.key) for fault in faults] == [(name, key)]
    assert message in faults[0].message
    assert findings == []


@pytest.mark.parametrize(
    ("name", "old", "new", "hint"),
    [
        ("layers/ph_h2o.yaml", "unit: pH", "unit: pH\nresampling: neerest", "no value 'neerest'"),
        ("layers/ph_h2o.yaml", "unit: pH", "unit: pH\nresampling: neerest", "Did you mean 'nearest'?"),
        ("layers/ph_h2o.yaml", "unit: pH", "unit: pH\nresampeling: nearest", "Did you mean 'resampling'?"),
        ("crops/maize.yaml", "group: food", "group: foods", "Did you mean 'food'?"),
        ("properties.yaml", "theme: climate", "theme: climat", "Did you mean 'climate'?"),
    ],
)
def test_a_misspelt_key_or_value_is_told_with_the_one_that_was_meant(
    country: Path, name: str, old: str, new: str, hint: str
):
    replace(country, name, old, new)
    faults, _ = check(country)
    assert len(faults) == 1
    assert hint in faults[0].message


def test_an_unknown_key_deep_in_a_file_is_told_with_the_keys_that_exist(country: Path):
    replace(country, "crops/maize.yaml", "    worst_class: N", "    worst_clas: N\n    worst_class: N")
    (fault,) = check(country)[0]
    assert fault.key == "characteristics.temperature_mean_annual.worst_clas"
    assert "Did you mean 'worst_class'?" in fault.message


def test_a_repeated_key_is_a_fault_and_not_the_last_one_wins(country: Path):
    replace(country, "layers/ph_h2o.yaml", "unit: pH", "unit: pH\nunit: '1'")
    faults = check(country)[0]
    assert any(fault.key == "unit" and "line 5: key repeated" in fault.message for fault in faults)


def test_a_band_of_the_wrong_form_is_told_once_and_in_its_own_terms(country: Path):
    replace(country, "crops/maize.yaml", "S1: [[20, 26]]", "S1: [[20, warm]]")
    (fault,) = check(country)[0]
    assert fault.key == "characteristics.temperature_mean_annual.bands.S1.0.1"
    assert "number" in fault.message
    assert "'warm'" in fault.message


def test_criteria_may_name_class_ids_and_groups_but_nothing_else(country: Path):
    replace(
        country, "crops/maize.yaml", "[fine, moderately_fine, medium]", "[silt_loam, moderately_fine, mud]"
    )
    (fault,) = check(country)[0]
    assert fault.key == "characteristics.texture.bands.S1"
    assert "no class 'mud'" in fault.message


def test_a_misspelt_file_name_does_not_pass_unseen(country: Path):
    write(country, "layer/slope.yaml", "property: slope\n")
    (fault,) = check(country)[0]
    assert fault.file == "layer/slope.yaml"


def test_an_unreadable_vocabulary_does_not_make_every_layer_faulty(country: Path):
    write(country, "properties.yaml", "ph_h2o: [unclosed\n")
    (fault,) = check(country)[0]
    assert fault.file == "properties.yaml"
    assert fault.message.startswith("line ")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("layers/ph_h2o.yaml", "just a text", "a mapping is needed, not a text"),
        ("layers/ph_h2o.yaml", "", "missing"),
        ("grid.yaml", "crs: EPSG:0\nbounds: [0, 0, 1, 1]", "not known to PROJ"),
        ("grid.yaml", "bounds: [1, 0, 0, 1]", "empty"),
        ("grid.yaml", "bounds: [0, 0, .inf, 1]", "finite"),
        ("regions.yaml", "p: 3", "a mapping is needed, not '3'"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_reason(country: Path, name: str, text: str, reason: str):
    write(country, name, text)
    assert any(fault.file == name and reason in fault.message for fault in check(country)[0])


JUNK: list[Any] = [None, [], {}, "x", "", 5, -0.5, True, ["x"], {"x": 1}, [[1, 2, 3]], "1e999", float("nan")]
SHAKEN = [
    "country.yaml",
    "grid.yaml",
    "services.yaml",
    "regions.yaml",
    "evaluation.yaml",
    "properties.yaml",
    "layers/ph_h2o.yaml",
    "layers/drainage.yaml",
    "classes/drainage.yaml",
    "crops/maize.yaml",
    "ratings/ppt1983.yaml",
    "nutrient_status/paddy.yaml",
    "fertilizers/urea.yaml",
    "doses/kepmentan01_2006.yaml",
    "subsidy.yaml",
    "allocations/subsidy_2026.yaml",
]


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) inside a document."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield data, key
        if isinstance(value, dict | list):
            yield from places(value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_file_holds_its_faults_are_told_and_nothing_breaks(country: Path, data: st.DataObject):
    name = data.draw(st.sampled_from(SHAKEN))
    path = country / name
    own = path.read_text("utf-8") if path.exists() else None
    document = yaml.safe_load(own or (CONFIG / name).read_text("utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(list(places(document))))
        container[key] = deepcopy(data.draw(st.sampled_from(JUNK)))
    write(country, name, yaml.safe_dump(document))
    try:
        faults, _ = check(country)
        assert all(fault.message for fault in faults)
    finally:
        path.unlink()
        if own is not None:
            write(country, name, own)


def test_a_missing_directory_is_told_as_such(tmp_path: Path):
    with pytest.raises(ConfigError, match="no such directory"):
        load(tmp_path / "nowhere")


def without(country: Path, *names: str) -> None:
    path = country / "country.yaml"
    path.write_text(f"{path.read_text('utf-8')}without: [{', '.join(names)}]\n", "utf-8")


def test_a_lent_file_that_does_not_fit_is_told_with_what_to_do_and_can_be_left_out(country: Path):
    table = yaml.safe_load((CONFIG / "classes" / "land_cover.yaml").read_text("utf-8"))
    kept = [each for each in table["classes"] if each["id"] != "settlement"]
    write(country, "classes/land_cover.yaml", yaml.safe_dump(table | {"classes": kept}))
    (fault,) = check(country)[0]
    assert fault.file.endswith("config/zoning.yaml")
    assert "no class 'settlement'" in fault.message
    assert (
        "write a zoning.yaml of your own, or leave it out (without: [zoning] in country.yaml)"
        in fault.message
    )
    without(country, "zoning", "choice", "crops/coconut")
    catalog = load(country)
    assert (catalog.zoning, catalog.choice) == (None, None)
    assert "coconut" not in catalog.crops
    assert "maize" in catalog.crops
    assert catalog.rehabilitation is not None


def test_only_what_is_lent_can_be_left_out(country: Path):
    without(country, "zonning", "properties")
    first, second = check(country)[0]
    assert first.key == second.key == "without"
    assert "no lent file that may be left out 'properties'" in first.message
    assert "Did you mean 'zoning'" in second.message


def test_a_mapping_where_a_lent_file_is_named_is_a_fault(country: Path):
    without(country, "{crops/maize: x}")
    faults = check(country)[0]
    assert {fault.key.split(".")[0] for fault in faults} == {"without"}
    assert any("no lent file that may be left out" in fault.message for fault in faults)


def test_the_base_lends_and_a_file_of_the_country_replaces_it(country: Path):
    replace(country, "crops/maize.yaml", "en: Maize", "en: Corn")
    catalog = load(country)
    assert catalog.crop("maize").title["en"] == "Corn"
    assert catalog.crop("cocoa").title["id"] == "Kakao"
    assert set(catalog.layers) == {"drainage", "ph_h2o"}, "layers are never lent"


def test_an_unknown_crop_is_answered_with_those_that_exist(country: Path):
    with pytest.raises(UnknownNameError, match=r"no crop 'durian_x'; there are: .*Did you mean 'durian'"):
        load(country).crop("durian_x")


def test_relative_sources_start_at_the_configuration_directory(country: Path):
    catalog = load(country)
    assert path_of(catalog, catalog.layer("ph_h2o").source) == str(country.parent / "sources" / "ph.tif")
    assert path_of(catalog, catalog.layer("drainage").source) == "/data/drainage.tif"
    assert path_of(catalog, catalog.level("provinces").source) == str(country / "units.gpkg")
    assert path_of(catalog, "NETCDF:soil.nc:ph") == "NETCDF:soil.nc:ph"


def test_layers_of_one_property_are_told_apart_by_statistic_and_time(country: Path):
    replace(country, "layers/ph_h2o.yaml", "time: 2020", "time: 2020\nstatistic: sd")
    catalog = load(country)
    title = catalog.title_of(catalog.layer("ph_h2o"))
    assert title["en"] == "Soil pH in water (standard deviation, 2020)"
    assert title["id"] == "pH tanah (H₂O) (simpangan baku, 2020)"


def test_a_third_language_is_a_file(country: Path):
    replace(country, "services.yaml", "languages: [en, id]", "languages: [en, id, jv]")
    lines = {
        "page.data": "Dhata",
        "number.decimal": "','",
        "properties.ph_h2o.title": "pH lemah",
        "classes.drainage.classes.well.title": "Apik",
        "evaluation.qualities.nr.title": "nyimpen hara",
        "evaluation.class_titles.S1": "cocog banget",
        "crops.maize.title": "Jagung",
        "services.title": "Informasi lemah",
        "regions.provinces.singular": "Provinsi",
    }
    write(country, "locales/jv.yaml", "".join(f"{key}: {text}\n" for key, text in lines.items()))
    catalog = load(country)
    assert catalog.property("ph_h2o").title["jv"] == "pH lemah"
    assert catalog.evaluation.class_titles["S1"]["jv"] == "cocog banget"
    assert {entry.id: entry.title.get("jv") for entry in catalog.class_table("drainage").classes}[
        "well"
    ] == "Apik"
    assert texts("jv", country)["page.data"] == "Dhata"
    assert texts("jv", country)["page.map"] == "Map", "what is missing is shown in English"
    assert in_language(catalog.property("soc").title, "jv") == "Soil organic carbon"


def test_a_text_of_a_third_language_that_belongs_nowhere_is_a_fault(country: Path):
    write(
        country, "locales/jv.yaml", "properties.ph.title: pH\npage.dta: Dhata\nproperties.ph_h2o.unit: pH\n"
    )
    faults = check(country)[0]
    assert {fault.key for fault in faults} == {"properties.ph.title", "page.dta", "properties.ph_h2o.unit"}
    assert any("Did you mean 'page.data'?" in fault.message for fault in faults)
