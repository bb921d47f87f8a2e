"""Documents on the command line: files as asked for, and clear refusals."""

import pytest

from soilinfo.settings import Settings
from tests.process import run
from tests.served import build


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    return build(tmp_path_factory.mktemp("country"))


def test_a_fact_sheet_is_written_where_it_is_asked_for(country: Settings, tmp_path):
    target = tmp_path / "sheet.pdf"
    words = ("factsheet", "01.02", "--language", "id", "-o", str(target))
    code, lines, _ = run(country, *words)
    assert code == 0
    assert lines[-1]["file"] == str(target)
    first = target.read_bytes()
    assert first.startswith(b"%PDF")
    run(country, *words)
    assert target.read_bytes() == first, "the same publication gives the same bytes"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["factsheet", "01.09"], "Did you mean '01.0"),
        (["factsheet", "01.02", "--language", "fr"], "no language 'fr'; there are: en, id"),
    ],
)
def test_what_does_not_exist_is_refused_naming_what_does(country: Settings, tmp_path, words, message):
    code, _, errors = run(country, *words, *(("-o", str(tmp_path / "x.pdf"))))
    assert code == 3
    assert message in errors
    assert not (tmp_path / "x.pdf").exists()
