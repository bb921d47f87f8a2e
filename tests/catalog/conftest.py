"""A small country that builds on the shipped configuration."""

from os.path import relpath
from pathlib import Path
from shutil import copytree

import pytest

from soilinfo.catalog.load import check

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
PLAN = "allocations/subsidy_2026.yaml"

FILES = {
    "grid.yaml": "arc_seconds: 7.5\nbounds: [100, -1, 101, 0]\n",
    "services.yaml": (CONFIG / "services.yaml").read_text("utf-8"),
    "regions.yaml": """
provinces: &level
  title: {en: Provinces, id: Provinsi}
  singular: {en: Province, id: Provinsi}
  source: units.gpkg
  code_field: code
  name_field: name
  code_system: test
  licence: CC0-1.0
  attribution: Test
regencies:
  <<: *level
  title: {en: Regencies, id: Kabupaten}
  parent: provinces
""",
    "layers/ph_h2o.yaml": """
property: ph_h2o
source: ../sources/ph.tif
unit: pH
depth: [0, 30]
time: 2020
licence: CC0-1.0
attribution: Test
""",
    "layers/drainage.yaml": """
property: drainage
source: /data/drainage.tif
codes: {1: well, 2: poor}
licence: CC0-1.0
attribution: Test
""",
}


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """The directory of a configuration without a fault."""
    directory = tmp_path / "config"
    base = relpath(CONFIG, directory)
    write(directory, "country.yaml", f"id: testland\ntitle: {{en: Testland, id: Negara uji}}\nbase: {base}\n")
    for name, text in FILES.items():
        write(directory, name, text)
    return directory


@pytest.fixture
def nation(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, which lends to no other and has everything that one may have."""
    return copytree(CONFIG, tmp_path / "nation")


def write(directory: Path, name: str, text: str) -> None:
    """Write one file of a configuration."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def replace(directory: Path, name: str, old: str, new: str) -> None:
    """Change one text of a file, copied from the shipped configuration when the country has none."""
    path = directory / name
    text = (path if path.exists() else CONFIG / name).read_text("utf-8")
    assert old in text, f"{name} has no {old!r}"
    write(directory, name, text.replace(old, new, 1))


def faults(nation: Path, old: str, new: str) -> list[tuple[str, str]]:
    """Key and message of every fault once one text of the plan is another."""
    replace(nation, PLAN, old, new)
    told = check(nation)[0]
    assert {fault.file for fault in told} == {PLAN}
    return [(fault.key, fault.message) for fault in told]
