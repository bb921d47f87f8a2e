"""Procedures of the GloSIS code list: what of it leads to our properties, and in which units."""

import csv

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.errors import UnitError
from soilinfo.units import factor_offset, spelled
from tests.catalog.conftest import CONFIG
from tests.real import REAL, needs_real_data


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    """The shipped configuration."""
    return load(CONFIG)


@pytest.fixture(scope="module")
def code_list() -> list[dict[str, str]]:
    """Property x procedure x unit, as the code list has them."""
    text = (REAL / "standards/glosis/glosis-db_observation_phys_chem_code_list.csv").read_text("utf-8")
    return [*csv.DictReader(text.splitlines())]


def observed(catalog: Catalog, row: dict[str, str]) -> str | None:
    """Our property of a row of the code list."""
    procedure = catalog.procedures.get(row["procedure_phys_chem_id"])
    return procedure and procedure.observes.get(row["property_phys_chem_id"])


@needs_real_data
def test_of_1007_rows_of_the_code_list_those_about_our_properties_lead_to_them(shipped, code_list):
    led = [name for row in code_list if (name := observed(shipped, row))]
    assert (len(code_list), len(led), len({*led})) == (1007, 190, 34)


@needs_real_data
def test_no_row_of_the_code_list_leads_to_a_property_of_other_units(shipped, code_list):
    for row in code_list:
        if name := observed(shipped, row):
            unit = shipped.property(name).unit
            try:
                factor_offset(spelled(row["unit_of_measure_id"], unit), unit)
            except UnitError as error:
                pytest.fail(f"{row['property_phys_chem_id']}, {row['procedure_phys_chem_id']}: {error}")


@needs_real_data
def test_every_procedure_shipped_is_in_the_code_list(shipped, code_list):
    assert set(shipped.procedures) <= {row["procedure_phys_chem_id"] for row in code_list}


def test_what_does_not_compare_leads_nowhere(shipped):
    for id in (
        "SaSiCl_2-50-2000u-disp-laser",
        "SaSiCl_2-50-2000u-nodisp",
        "OrgC_wc",
        "TotalN_calcul",
        "pHNaF",
    ):
        assert id not in shipped.procedures
    assert shipped.procedure("OrgC_dc").observes == {"Carbon (C) - organic": "total_carbon"}
