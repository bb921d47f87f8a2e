"""Values of one profile in a file: a row for each, censored ones too; what cannot be read is named."""

from pathlib import Path

import pytest

from soilinfo.catalog.load import load
from soilinfo.errors import InputError, SourceError
from soilinfo.jobs.harmonization.inline import Value, profile_of
from soilinfo.jobs.harmonization.profile_file import values_in

HEADER = "upper_cm,lower_cm,property,unit,value,sd,is_organic\n"


def written(directory: Path, text: str) -> Path:
    file = directory / "horizons.csv"
    file.write_text(text)
    return file


def test_a_row_is_a_value_and_what_is_empty_is_not_said(tmp_path: Path):
    first, second = values_in(written(tmp_path, f"{HEADER}0,15,soc,%,<0.1,,ya\n\n15,30,soc,%,2,0.5,no\n"))
    assert first == {
        "upper_cm": 0,
        "lower_cm": 15,
        "property": "soc",
        "unit": "%",
        "value": 0.1,
        "qualifier": "<",
        "is_organic": True,
    }
    assert (second["sd"], second["is_organic"]) == (0.5, False)
    assert Value.model_validate(first).qualifier == "<"


def test_the_file_of_the_guide_is_a_profile():
    example = Path(__file__).parents[3] / "docs" / "examples" / "horizons.csv"
    about, elements, _ = profile_of(load(Path("config")), values_in(example))
    assert (len(about), elements["horizon_code"].tolist()) == (1, ["Ap", "Bt1", "BC"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEADER.replace("unit", "einheit") + "0,15,clay,%,18,,", "no column 'einheit'; there are: upper_cm"),
        (HEADER + "0,15,clay,%,much,,\n", "row 2: value 'much' is no number"),
        (HEADER + "0,15,clay,%,nan,,\n", "row 2: value 'nan' is no number"),
        (HEADER + "0,15,clay,%,18,<1,\n", "row 2: sd '<1' is no number"),
        (HEADER + '0,15,clay,%,"18,5",,\n', "row 2: value '18,5' is no number"),
        (HEADER + "0,<15,clay,%,18,,\n", "row 2: lower_cm '<15' is no number"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, reason: str):
    with pytest.raises(InputError, match=reason):
        values_in(written(tmp_path, text))


def test_a_file_that_is_not_there_is_no_profile(tmp_path: Path):
    with pytest.raises(SourceError):
        values_in(tmp_path / "none.csv")
