"""What `soilinfo check` says of regional criteria whose unit no level has, before anything is ingested."""

from pathlib import Path

import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.jobs.ingestion.unit_codes import unplaced_criteria
from tests.country import write_country
from tests.trial import SOURCE, STEEP_IS_FINE


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_country(tmp_path_factory.mktemp("coded"), cells=12)


def about(config: Path, region: str) -> Catalog:
    """The country with criteria of maize for one unit."""
    content = {"crop": "maize", "region": region, "edition": "1", "source": SOURCE}
    folder = config / "regional_criteria"
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump(content | {"characteristics": {"slope": STEEP_IS_FINE}})
    (folder / "hills.yaml").write_text(text, encoding="utf-8")
    return load(config)


def test_a_unit_of_any_level_is_found(config: Path):
    assert unplaced_criteria(about(config, "01")) == []
    assert unplaced_criteria(about(config, "01.02")) == []


def test_a_unit_that_no_level_has_is_warned_of(config: Path):
    (finding,) = unplaced_criteria(about(config, "99.99"))
    assert (finding.check, finding.severity, finding.layer) == (
        "unknown_region",
        "warn",
        "suitability_maize",
    )
    assert "criteria 'hills' are about the unit '99.99', which no level has" in finding.message


def test_where_a_level_cannot_be_read_nobody_can_know(config: Path):
    catalog = about(config, "99.99")
    for source in ("nowhere.gpkg", "https://example.org/units.gpkg"):
        levels = {name: level.model_copy(update={"source": source}) for name, level in catalog.levels.items()}
        (finding,) = unplaced_criteria(catalog.model_copy(update={"levels": levels}))
        assert finding.severity == "note"
        assert "cannot be known here" in finding.message
