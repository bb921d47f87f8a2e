"""The workbook that asks for statements: what it asks is what is read, in every language."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from soilinfo.catalog.load import load
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.ingest.statements import read_statements
from soilinfo.report.country.template import template
from soilinfo.sample.statements import stated, write_statements
from tests.stated import CONFIG, workbook


@pytest.fixture(scope="module")
def catalog():
    return load(CONFIG)


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_same_template_has_the_same_bytes_and_states_nothing_until_it_is_filled_in(catalog, language):
    content = template(catalog, language)
    assert content == template(catalog, language)
    read = read_statements(content, catalog)
    assert (set(read.threats.values()), read.practices, read.laboratories) == ({()}, (), ())
    assert {each.answer for each in read.inventory} == {None}


@pytest.mark.parametrize("language", ["en", "id"])
def test_what_was_stated_comes_back_from_a_template_filled_in_with_it(catalog, language):
    before = stated(catalog)
    read = read_statements(template(catalog, language, before), catalog)
    assert read.threats == before.threats
    assert read.practices == before.practices
    assert read.laboratories == before.laboratories
    answered = [each for each in read.inventory if each.answer is not None]
    assert [(each.id, each.answer, each.choice) for each in answered] == [
        (each.id, each.answer, each.choice) for each in before.inventory
    ]


def test_lists_to_choose_from_lie_in_a_hidden_sheet(catalog):
    with ZipFile(BytesIO(template(catalog, "id"))) as archive:
        book = archive.read("xl/workbook.xml").decode()
        threats = archive.read("xl/worksheets/sheet2.xml").decode()
    assert 'name="soilinfo"' in book
    assert 'state="veryHidden"' in book
    first, last = re.search(r"<formula1>soilinfo!\$C\$(\d+):\$C\$(\d+)</formula1>", threats).groups()
    assert int(last) - int(first) + 1 == len(catalog.threats)


def renamed(catalog, titles, threats=None):
    """The catalog with other titles of threats, and only these of them."""
    kept = {id: each for id, each in catalog.threats.items() if threats is None or id in threats}
    named = {id: each.model_copy(update={"title": titles.get(id, each.title)}) for id, each in kept.items()}
    return catalog.model_copy(update={"threats": named})


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_workbook_handed_out_is_read_by_its_ids_whatever_things_are_called_since(catalog, language):
    before = stated(catalog)
    handed_out = template(catalog, language, before)
    erosion = catalog.threats["erosion"].title
    # Erosion has another title in every language, and the one that it had is another threat's.
    since = renamed(
        catalog, {"erosion": {"en": "Loss of soil", "id": "Kehilangan tanah"}, "sealing": erosion}
    )
    read = read_statements(handed_out, since)
    assert read.threats == before.threats
    assert read.practices == before.practices


def test_a_word_that_a_workbook_does_not_have_is_a_fault_with_its_cell(catalog):
    since = renamed(catalog, {"erosion": {"en": "Loss of soil", "id": "Kehilangan tanah"}})
    filled_in = workbook(threats=[{"expert": "A", "threat": "Loss of soil", "rank": 1}])
    with pytest.raises(
        InputError, match=r"threats: B2 \(threat\): no threat 'Loss of soil'; there are: acid"
    ):
        read_statements(filled_in, since)
    fewer = renamed(catalog, {}, threats=[id for id in catalog.threats if id != "erosion"])
    with pytest.raises(InputError, match=r"threats: B2 \(threat\): no threat 'Soil erosion'"):
        read_statements(workbook(threats=[{"expert": "A", "threat": "Soil erosion", "rank": 1}]), fewer)


def test_a_language_that_nobody_has_is_refused(catalog):
    with pytest.raises(UnknownNameError, match="no language 'tlh'"):
        template(catalog, "tlh")


def test_the_sample_nations_experts_leave_a_tie_a_gap_and_an_unknown_area(catalog, tmp_path):
    path = write_statements(tmp_path, catalog)
    found = {each.check for each in read_statements(path.read_bytes(), catalog).findings}
    assert found == {"ranks_tied", "ranks_incomplete", "threats_without_area", "questions_unanswered"}
    assert write_statements(tmp_path, catalog).read_bytes() == path.read_bytes()
