"""Recommended fertilizer, asked on the command line: the sentence and its tables as JSON lines."""

import json

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.settings import Settings


def asked(nation: Settings, *arguments: str) -> list[dict[str, object]]:
    places = ["--config", str(nation.config), "--store", str(nation.store)]
    found = CliRunner().invoke(app, ["recommend", *arguments, *places])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    if found.exit_code:
        return [{"refused": found.exit_code}]
    return [json.loads(line) for line in found.output.splitlines()]


def test_a_unit_gets_the_sentence_and_rows_of_status_rates_and_products(subsidised: Settings):
    told = asked(subsidised, "rice", "--region", "01.01.01", "--date", "2026-01-31", "--language", "id")
    assert str(told[0]["message"]).startswith("Untuk padi di Sukasari (01.01.01), dianjurkan 200 kg urea")
    assert [row["status"] for row in told if "status" in row and "nutrient" in row] == ["low", "low"]
    assert {"with": "5 t/ha jerami", "fertilizer": "kcl"}.items() <= told[8].items()
    assert [row["product"] for row in told if "product" in row] == ["npk_15_10_12", "urea"]


def test_a_point_with_straw_and_manure_as_chosen_products(subsidised: Settings):
    options = ("--straw", "--manure", "--products", "urea,sp36,kcl")
    told = asked(subsidised, "rice", "--at", "120.19,-7.12", *options)
    assert told[0]["credits"] == ["straw", "manure"]
    amounts = {row["product"]: row["kg_ha"] for row in told if "product" in row}
    assert amounts == {"sp36": "50.0", "urea": "130.0"}


def test_an_area_has_to_be_given_and_a_commodity_needs_rates(subsidised: Settings):
    assert asked(subsidised, "rice") == [{"refused": 2}]
    assert asked(subsidised, "rice", "--at", "120.19") == [{"refused": 2}]
    with pytest.raises(InputError, match="no products are named"):
        asked(subsidised, "rice", "--region", "01.01.01", "--products", "")
    with pytest.raises(InputError, match="there are rates for: rice"):
        asked(subsidised, "cocoa", "--region", "01")


def test_a_language_that_there_is_not_is_named_with_those_that_there_are(subsidised: Settings):
    with pytest.raises(UnknownNameError, match="no language 'fr'; there are: en, id"):
        asked(subsidised, "rice", "--region", "01.01.01", "--language", "fr")
