"""The schemas that editors use accept every shipped file, and mark what `soilinfo check` would."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from soilinfo.catalog.schema import schemas
from soilinfo.catalog.sections import SECTIONS
from tests.catalog.conftest import ROOT

DIRECTORIES = [
    ROOT / "config",
    *(ROOT / "tests/config" / name for name in ("asia", "bhutan", "bone", "profiles")),
]
FILES = sorted(path for directory in DIRECTORIES for path in directory.rglob("*.yaml"))


@pytest.fixture(scope="module")
def made():
    return schemas()


def section_of(path: Path) -> str:
    return path.parent.name if path.parent.name in SECTIONS else path.stem


def content(path: Path):
    """A file as editors see it: keys are texts."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))


def faults(schema, data):
    return [error.json_path for error in jsonschema.Draft202012Validator(schema).iter_errors(data)]


def test_every_section_has_a_schema_that_is_one(made):
    assert set(made) == set(SECTIONS)
    for schema in made.values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_shipped_file_fits_its_schema(made, path):
    assert faults(made[section_of(path)], content(path)) == []


@pytest.mark.parametrize(
    ("name", "change", "place"),
    [
        ("layers/ph_h2o.yaml", {"resampling": "neerest"}, "$.resampling"),
        ("layers/ph_h2o.yaml", {"resampling_": "nearest"}, "$"),
        ("layers/ph_h2o.yaml", {"id": "ph_h2o"}, "$"),
        ("layers/ph_h2o.yaml", {"unit": "furlong"}, "$.unit"),
        ("layers/ph_h2o.yaml", {"band": 0}, "$.band"),
        ("layers/ph_h2o.yaml", {"title": {"en": "pH"}}, "$.title"),
        ("classes/drainage.yaml", {"classes": []}, "$.classes"),
        ("crops/maize.yaml", {"group": "fruit"}, "$.group"),
        ("grid.yaml", {"arc_seconds": "small"}, "$.arc_seconds"),
        (
            "properties.yaml",
            {"new": {"title": {"en": "New", "id": "Baru"}, "theme": "weather"}},
            "$.new.theme",
        ),
        ("country.yaml", {"id": None}, "$.id"),
    ],
)
def test_a_wrong_entry_is_marked_at_its_place(made, name, change, place):
    path = ROOT / "config" / name
    assert place in faults(made[section_of(path)], {**content(path), **change})


def test_a_key_is_described_as_the_type_describes_it(made):
    keys = made["layers"]["properties"]
    assert keys["codes"]["description"] == "Source code -> class id, for class properties."
    assert made["layers"]["description"].startswith("layers/<id>.yaml: one raster source")
    assert "id" not in keys
    assert "id" in made["country"]["properties"]
