"""`soilinfo stock-change`: two files compared in the reader's language, published profiles by their ids."""

from pathlib import Path

from soilinfo.settings import Settings
from tests.process import run

HEADINGS = "upper_cm,lower_cm,property,unit,value,sd\n"
FIRST = "0,40,soc,%,2,0.1\n0,40,bulk_density,g/cm3,1.0,0.02\n0,40,coarse_fragments,% vol,0,0.1\n"
SECOND = FIRST.replace("0,40,", "0,32,").replace("1.0,0.02", "1.25,0.02")


def test_two_files_are_compared_in_words_and_numbers(nation: Settings, tmp_path: Path):
    files = [tmp_path / "first.csv", tmp_path / "second.csv"]
    for file, text in zip(files, (FIRST, SECOND), strict=True):
        file.write_text(HEADINGS + text)
    days = ("--first-date", "2010-08-01", "--second-date", "2020-08-01")
    about = ("--config", str(nation.config), "--language", "id")
    code, lines, _ = run(nation, "stock-change", *map(str, files), *days, *about)
    assert code == 0
    assert "dari 60,0 menjadi 75,0 t/ha" in lines[0]["message"]
    rows = {line["comparison"]: line for line in lines if "comparison" in line}
    assert (rows["fixed_depth"]["change_t_ha"], rows["equal_mass"]["change_pct"]) == ("15.00", "0.00")


def test_a_profile_that_is_not_published_is_named(nation: Settings, tmp_path: Path):
    file = tmp_path / "first.csv"
    file.write_text(HEADINGS + FIRST)
    code, _, errors = run(nation, "stock-change", str(file), "survey.P9", "--config", str(nation.config))
    assert code == 3
    assert "profiles" in errors
