"""A country report as a file: the same bytes for the same report, and every fault of a file by name."""

import json
from copy import deepcopy

import pytest
from jsonschema import Draft202012Validator

from soilinfo.errors import InputError, LimitError
from soilinfo.report.country import canonical as forms
from soilinfo.report.country.canonical import canonical, content_of, content_sha256, parse
from soilinfo.report.country.document import Content, CountryReport
from soilinfo.report.country.schema import country_report_schema
from tests.reports import country_report, signed, written

REPORT = country_report()
FILE = written(REPORT)


def changed(*path, to):
    """The file with another value at a path."""
    document = json.loads(FILE)
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(document).encode()


def test_a_report_that_is_written_and_read_is_the_same():
    assert parse(FILE) == REPORT
    assert canonical(REPORT) == canonical(parse(FILE)) == FILE
    assert content_of(canonical(REPORT.content)) == REPORT.content


def test_how_a_file_is_laid_out_plays_no_part():
    document = json.loads(FILE)
    turned = {key: document[key] for key in reversed(document)}
    assert parse(json.dumps(turned, indent=2).encode()) == REPORT


def test_equal_numbers_have_one_digest():
    whole = REPORT.content.model_dump()
    again = deepcopy(whole)
    again["indicators"][0]["values"][0]["nodata_ha"] = -0.0
    whole["indicators"][0]["values"][0]["nodata_ha"] = 0
    assert content_sha256(Content.model_validate(whole)) == content_sha256(Content.model_validate(again))


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "truncated"),
        (FILE[: len(FILE) // 2], "truncated"),
        (FILE[:-1], "truncated: its JSON breaks off at byte"),
        (b"\xff" + FILE, "byte 0 is no UTF-8"),
        (b"<html></html>", "is not JSON"),
        (b"[" * 1_000_000, "nested deeper than 100 levels"),
        (b"[" * 200 + b"]" * 200, "nested deeper than 100 levels"),
        (b"[1,2]", "no form"),
        (FILE.replace(b'"interval_pct":90', b'"interval_pct":NaN'), "has NaN"),
        (FILE.replace(b'"interval_pct":90', b'"interval_pct":1e999'), "interval_pct: .*finite"),
        (FILE.replace(b'"interval_pct":90', b'"interval_pct":' + b"9" * 5000), "JSON that can be read"),
        (FILE.replace(b'"form":', b'"form":"x","form":'), "the key 'form' twice"),
        (changed("form", to="soilinfo-country-report/2"), "/2'; this program reads 'soilinfo-country-rep"),
        (changed("id", to="../../etc/passwd"), "id: String should match"),
        (changed("id", to="XAB-2016-2020-1"), "not of a report of XAA-2016-2020"),
        (changed("state", to="submitted"), "went through draft, submitted, approved in order"),
        (changed("content", "units", 1, "area_ha", to="12"), "content.units.1.area_ha: .* valid number"),
        (changed("content", "units", 1, "code", to=1), "content.units.1.code: .* valid string"),
        (changed("content", "units", 1, "flag", to=1), "content.units.1.flag: Extra inputs"),
        (changed("content", "units", 1, "code", to="02"), "units: .*'02'.* more than once"),
        (changed("content", "units", 1, "code", to="77"), "value of a unit that the report does not list"),
        (changed("content", "indicators", 0, "values", to=[]), "values of '.*': the nation first"),
        (
            changed("content", "units", 0, "level", to="provinces"),
            "the first one, and no other, is the 'nation'",
        ),
        (changed("content", "indicators", 0, "values", 0, "lower", to=1e9), "ends before it begins"),
        (changed("content", "indicators", 0, "values", 0, "total_ha", to=-1.0), "total_ha: .*greater"),
        (changed("content", "indicators", 0, "values", 0, "covered_pct", to=250.0), "covered_pct: .*less"),
        (changed("content", "indicators", 0, "years", to=[2020, 1990]), "years: .*ends before it begins"),
        (changed("content", "units", 1, "area_ha", to=2**53 + 1), "has no canonical form"),
        (changed("content", "inputs", to=[]), "names an input that the report does not list"),
        (changed("content", "indicators", 0, "values", 0, "value", to=1.0), "does not fit its digest"),
        (changed("content_sha256", to="0" * 64), "does not fit its digest: the file says 000000000000"),
    ],
)
def test_a_file_that_is_no_report_is_refused_by_name(file, why):
    with pytest.raises(InputError, match=why):
        parse(file)


@pytest.mark.parametrize(
    ("outline", "why"),
    [
        ({"type": "Point", "coordinates": [1, 2]}, "a GeoJSON Polygon"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "Self-intersection"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [999, 0], [999, 1], [0, 0]]]}, "leaves the Earth"),
        ({"type": "Polygon", "coordinates": "x"}, "cannot be read"),
        ({"type": "Polygon", "coordinates": []}, "not valid"),
    ],
)
def test_an_outline_that_is_none_is_named(outline, why):
    with pytest.raises(InputError, match=f"content.units.1.geometry: .*{why}"):
        parse(changed("content", "units", 1, "geometry", to=outline))


def test_all_faults_are_told_at_once_but_not_without_end():
    units = [{"level": "X"} for _ in range(9)]
    with pytest.raises(InputError, match=r"45 fault\(s\)") as caught:
        parse(changed("content", "units", to=units))
    assert "and 25 more" in str(caught.value)


def test_a_file_that_leaves_out_keys_is_refused():
    document = json.loads(FILE)
    del document["content"]["units"][0]["official_area_ha"]
    content = document["content"]
    document["content_sha256"] = forms.sha256(forms.rfc8785.dumps(content)).hexdigest()
    with pytest.raises(InputError, match="leaves out keys"):
        parse(json.dumps(document).encode())


def test_a_file_that_is_too_large_is_not_even_read(monkeypatch):
    monkeypatch.setattr(forms, "MOST_BYTES", 100)
    with pytest.raises(LimitError, match=r"the file has .* bytes"):
        parse(FILE)


def test_the_published_schema_fits_what_is_written_and_nothing_else():
    schema = country_report_schema()
    Draft202012Validator.check_schema(schema)
    valid = Draft202012Validator(schema)
    valid.validate(json.loads(FILE))
    valid.validate(json.loads(written(signed(country_report(coverage=None).content, state="draft"))))
    document = json.loads(FILE)
    del document["content"]["units"][0]["official_area_ha"]
    assert not valid.is_valid(document)
    assert not valid.is_valid(json.loads(FILE) | {"more": 1})
    assert schema["$id"] == "urn:soilinfo:country-report:1"


def test_every_key_of_the_schema_is_a_field_of_the_type():
    assert set(country_report_schema()["properties"]) == set(CountryReport.model_fields)
