"""The atlas on the command line: a file as asked for, and clear refusals."""

import pytest

from soilinfo.settings import Settings
from tests.process import run


def test_an_atlas_is_written_where_it_is_asked_for(nation: Settings, tmp_path):
    target = tmp_path / "atlas.pdf"
    asked = ("atlas", "01.02", "--paper", "A4", "--language", "id", "--theme", "terrain", "-o", str(target))
    code, lines, _ = run(nation, *asked)
    assert code == 0
    assert (lines[-1]["file"], lines[-1]["bytes"]) == (str(target), target.stat().st_size)
    assert target.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["01.09"], "Did you mean '01.0"),
        (["--paper", "A0"], "no paper 'A0'; there are: A3, A4"),
        (["--theme", "roads"], "no theme 'roads'; there are: choice, climate, soil"),
        (["--language", "fr"], "no language 'fr'; there are: en, id"),
    ],
)
def test_what_does_not_exist_is_refused_naming_what_does(nation: Settings, tmp_path, words, message):
    code, _, errors = run(nation, "atlas", *words, "-o", str(tmp_path / "x.pdf"))
    assert code == 3
    assert message in errors
    assert not (tmp_path / "x.pdf").exists()
