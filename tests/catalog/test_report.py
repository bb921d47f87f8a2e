"""report.yaml: the indicators that it names must be there."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import CONFIG

SHIPPED = yaml.safe_load((CONFIG / "report.yaml").read_text("utf-8"))


def faults(country: Path, **changed: Any) -> dict[str, str]:
    (country / "report.yaml").write_text(yaml.safe_dump(SHIPPED | changed), "utf-8")
    return {fault.key: fault.message for fault in check(country)[0]}


def test_an_indicator_that_nobody_knows_is_told_with_its_place(country: Path):
    (told,) = faults(country, indicators=["soc", "socc"]).items()
    assert told[0] == "indicators.1"
    assert "no indicator 'socc'" in told[1]


def test_a_report_of_no_indicator_is_a_fault(country: Path):
    assert list(faults(country, indicators=[])) == ["indicators"]


@pytest.mark.parametrize("chosen", [{}, {"indicators": ["soc"]}])
def test_some_or_all_indicators_are_none_though_the_statements_are_not_there(country: Path, chosen):
    assert faults(country, statements="lost.xlsx", **chosen) == {}
    assert load(country).report.statements == "lost.xlsx"
