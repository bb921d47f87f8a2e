"""Files of equations and of the harmonization: their faults are told with file and key."""

from pathlib import Path

import pytest

from soilinfo.catalog.load import check
from tests.catalog.conftest import CONFIG


def faults(nation: Path, file: str, old: str, new: str) -> list[str]:
    """What is wrong once a part of a shipped file is another."""
    path = nation / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return [str(fault) for fault in check(nation)[0]]


KABALA = "equations/ph_kcl_kabala_2016.yaml"
SALINE = "equations/salinity_fao.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (KABALA, "[-1.95, 11.58]", "[-1.95]", f"{KABALA}: 'logarithmic10' has the coefficients a, b"),
        (KABALA, "from_unit: pH", "from_unit: '%'", f"{KABALA}: from_unit: '%' (fraction) does not convert"),
        (KABALA, "from_unit: pH", "from_unit: ph", f"{KABALA}: from_unit: "),
        (KABALA, "from_property: ph_kcl", "from_property: ph", f"{KABALA}: from_property: no property 'ph'"),
        (KABALA, "form: logarithmic10", "form: rule", f"{KABALA}: 'rule' has the coefficients none"),
        ("harmonization.yaml", "esp_of_sar", "ece_chi", "'ece_chi' leads to 'salinity_ec', not to 'esp'"),
        ("harmonization.yaml", "[esp_of_sar]", "[none]", "properties.esp: no equation 'none'"),
        ("harmonization.yaml", "ph_kcl_kabala_2016", "ph_cacl2_ahern", "both lead from 'ph_cacl2'"),
        ("harmonization.yaml", "bray1: [p_bray1, p2o5_bray1]", "bray1: [p_bray1]\n      oxide: [p2o5_bray1]",
         "'p_bray1' is never converted to 'p2o5_bray1'"),
        (SALINE, "edges: [0.75, 2, 4", "edges: [0.75, 4, 2", "must rise"),
        (SALINE, "edges: [0.75, 2, 4", "edges: [0.75, 2, 3, 4", "one class more than edges"),
        (SALINE, "to_property: salinity_fao", "to_property: esp", "classes: 'esp' is a number, and has no"),
        (SALINE, "on_edge: above\n", "", "says 'on_edge'"),
        (SALINE, "[not_saline_fao, slightly_saline_fao", "[slightly_saline_fao, not_saline_fao",
         f"{SALINE}: classes: must be those of 'salinity_fao', in order: not_saline_fao, slightly"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_is(nation: Path, file: str, old: str, new: str, told: str):
    assert any(told in fault for fault in faults(nation, file, old, new)), faults


def test_an_equation_between_phosphorus_tests_is_refused_whoever_adds_it(nation: Path):
    text = (CONFIG / "equations/p2o5_of_p_bray1.yaml").read_text("utf-8")
    (nation / "equations/iowa.yaml").write_text(
        text.replace("from_property: p_bray1", "from_property: p_olsen")
    )
    (fault,) = map(str, check(nation)[0])
    assert fault.startswith("equations/iowa.yaml: to_property: 'p_olsen' is never converted to 'p2o5_bray1'")
