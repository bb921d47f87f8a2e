"""A country report as a file: the same bytes for the same report, and every fault of a file by name."""

import json
import subprocess
import sys
from codecs import BOM_UTF8
from copy import deepcopy

import pytest
from jsonschema import Draft202012Validator

from soilinfo.catalog.bounds import MOST_ITEMS
from soilinfo.errors import InputError, LimitError
from soilinfo.report.country import canonical as forms
from soilinfo.report.country.canonical import canonical, content_of, content_sha256, parse
from soilinfo.report.country.document import SCHEMA, Content, CountryReport
from soilinfo.report.country.outline import checked_outline
from soilinfo.report.country.schema import country_report_schema
from soilinfo.report.country.unreadable import UnreadableError
from tests.reports import country_report, signed, written

REPORT = country_report()
FILE = written(REPORT)


WITHIN_MEMORY = """
import resource, sys
from pathlib import Path
from soilinfo.report.country.canonical import parse
from soilinfo.report.country.unreadable import UnreadableError

used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (640 << 20),) * 2)
try:
    parse(Path(sys.argv[1]).read_bytes())
except UnreadableError:
    print("refused")
"""


NATION_VALUE = ("content", "indicators", 0, "values", 0)


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


def test_a_province_may_have_more_land_by_its_regencies_than_by_its_own_outline():
    content = json.loads(FILE)["content"]
    content["units"][1]["area_ha"] *= 0.8
    read = Content.model_validate(content)
    assert read.units[1].area_ha < read.indicators[0].values[1].total_ha


def test_how_a_file_is_laid_out_plays_no_part():
    document = json.loads(FILE)
    turned = {key: document[key] for key in reversed(document)}
    assert parse(json.dumps(turned, indent=2).encode()) == REPORT
    assert parse(BOM_UTF8 + FILE) == REPORT


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
        (b"[" * 200_000, "nested deeper than 100 levels"),
        (b"[" * 200 + b"]" * 200, "nested deeper than 100 levels"),
        (b"[1,2]", "no form"),
        (FILE.replace(b'"interval_pct":90', b'"interval_pct":NaN'), "has NaN"),
        (FILE.replace(b'"interval_pct":90', b'"interval_pct":1e999'), "interval_pct: .*finite"),
        (FILE.replace(b'"interval_pct":90', b'"interval_pct":' + b"9" * 5000), "has thousands of digits"),
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
        (changed(*NATION_VALUE, "nodata_ha", to=9e9), "nodata_ha is 9,000,000,000.00 ha of"),
        (changed(*NATION_VALUE, "affected_upper_ha", to=9e12), "affected_upper_ha is .* ha of"),
        (changed(*NATION_VALUE, "affected_ha", to=9e12), "affected_ha is .* ha of"),
        (changed(*NATION_VALUE, "total_ha", to=9e12), "of nation 'nation': total_ha is 9,000,"),
        (changed("content", "threats", 0, "area_ha", to=9e12), "area_ha is 9,000,000,000,000.00 ha of"),
        (changed("content", "threats", 0, "experts", 0, "area_ha", to=9e12), "area_ha is 9,000,"),
        (changed("content", "threats", 0, "rank", to=77.0), "no place 77 among"),
        (changed("content", "threats", 0, "experts", 0, "rank", to=77), "no place 77 among"),
        (changed("content", "indicators", 0, "years", to=[2020, 1990]), "years: .*ends before it begins"),
        (changed("content", "units", 1, "area_ha", to=2**53 + 1), "area_ha: .*less than or equal"),
        (changed("content", "units", 1, "name", to="a\0b"), "content.units.1.name: .*pattern"),
        (changed("content", "indicators", 0, "values", 0, "value", to=1.1e15), "value: .*less than or equal"),
        (changed("content", "indicators", 0, "values", 0, "value", to=-1e300), "value: .*greater than or"),
        (changed("content", "threats", 0, "area_ha", to=1e300), "area_ha: .*less than or equal"),
        (
            changed("content", "indicators", 0, "title", to=dict.fromkeys(map(str, range(101)), "x")),
            "than 100 keys",
        ),
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
        ({"type": "Polygon", "coordinates": "x"}, "no coordinates as GeoJSON"),
        ({"type": "Polygon", "coordinates": []}, "not valid"),
        ({"type": "Polygon", "coordinates": [[[0, 0, 9], [1, 0, 9], [1, 1, 9], [0, 0, 9]]]}, "has heights"),
    ],
)
def test_an_outline_that_is_none_is_named(outline, why):
    with pytest.raises(InputError, match=f"content.units.1.geometry: .*{why}"):
        parse(changed("content", "units", 1, "geometry", to=outline))


def test_faults_are_told_at_once_but_not_without_end():
    known = json.loads(FILE)["content"]["units"][0]
    with pytest.raises(InputError, match=r"45 fault\(s\)") as caught:
        parse(changed("content", "units", 0, to=known | {f"key_{at}": 0 for at in range(45)}))
    assert "and 25 more" in str(caught.value)


def test_every_list_is_read_as_far_as_its_first_fault():
    with pytest.raises(UnreadableError, match=r"6 fault\(s\)") as caught:
        parse(changed("content", to=json.loads(FILE)["content"] | {"units": [{}] * 9, "inputs": [1, 2, 3]}))
    assert {each.rpartition(".")[0] for each in caught.value.evidence["faults"]} >= {"content.units.0"}
    assert not any(".1" in each for each in caught.value.evidence["faults"])


KEYS = ",".join(f'"{at}":0' for at in range(400_000))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param('{"units":[' + "{}," * 249_000 + "{}]}", id="units"),
        pytest.param('{"units":[' + "[]," * 2_000_000 + "[]]}", id="lists"),
        pytest.param('{"units":[{' + KEYS + "}]}", id="keys"),
        pytest.param('{"header":{"body":{' + KEYS + "}}}", id="languages"),
    ],
)
def test_a_file_of_nothing_but_faults_takes_no_more_memory_than_a_report(content, tmp_path):
    file = tmp_path / "hostile.json"
    file.write_text(f'{{"form":"{SCHEMA}","content":{content}}}', "utf-8")
    found = subprocess.run(
        [sys.executable, "-c", WITHIN_MEMORY, str(file)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "refused\n", "")


def test_no_list_text_or_number_of_the_form_is_without_bounds():
    bounds = {
        "tuple": lambda each: each.get("fail_fast") and each.get("max_length"),
        "dict": lambda each: each.get("max_length"),
        "str": lambda each: each.get("pattern"),
        "int": lambda each: {"ge", "le"} <= each.keys(),
        "float": lambda each: {"ge", "le"} <= each.keys(),
        "any": lambda _: False,
    }
    for each in parts(CountryReport.__pydantic_core_schema__):
        assert each["type"] not in {"list", "set", "frozenset", "bytes"}
        if "variadic_item_index" in each or each["type"] != "tuple":
            assert bounds.get(each["type"], lambda _: True)(each), each


def parts(schema):
    """Every schema within a core schema, but of outlines, which have a check of their own."""
    if isinstance(schema, dict):
        if schema.get("type") == "function-after" and schema["function"]["function"] is checked_outline:
            return
        if isinstance(schema.get("type"), str):
            yield schema
        schema = [part for name, part in schema.items() if name != "metadata"]
    if isinstance(schema, list | tuple):
        for part in schema:
            yield from parts(part)


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
        parse(b"\xff" * 101)


@pytest.mark.parametrize(
    ("most", "what", "file"),
    [
        ("MOST_VALUES", "values", b"\xff" + b"," * 101),
        ("MOST_LISTS", "lists and objects", b"\xff" + b"[{" * 51),
    ],
)
def test_a_file_of_too_many_values_is_not_even_read(monkeypatch, most, what, file):
    monkeypatch.setattr(forms, most, 100)
    with pytest.raises(UnreadableError, match=f"more than 100 {what}"):
        parse(file)


def test_a_doubled_key_among_very_many_is_found_by_counting(monkeypatch):
    seen = []

    class Name(str):
        def __eq__(self, other):
            seen.append(other)
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    with pytest.raises(UnreadableError, match="the key '999' twice"):
        forms._once_each([(Name(at), 0) for at in [*range(1000), 999]])
    assert len(seen) < 10


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "a\x9fb"])
def test_what_cannot_be_written_is_not_told_either(text):
    """A reason is kept in a database and served as JSON."""
    content = json.loads(FILE)["content"]
    for file in (
        changed("form", to=text),
        changed("content", "units", 0, text, to=1),
        changed("content", "units", 0, "name", to=text),
        f'{{"form": 1, {json.dumps(text)}: 0, {json.dumps(text)}: 1}}'.encode(),
        written(REPORT).replace(b'"XAA-', json.dumps(text).encode()[:-1]),
        json.dumps(json.loads(FILE) | {"content": content | {text: 1}}).encode(),
    ):
        with pytest.raises(UnreadableError) as caught:
            parse(file)
        told = json.dumps(caught.value.evidence, ensure_ascii=False)
        assert text not in str(caught.value)
        assert text not in told
        told.encode()


def test_a_text_may_have_several_lines_and_tabs():
    content = REPORT.content
    header = content.header.model_copy(
        update={
            "boundary": content.header.boundary.model_copy(
                update={"source": "one\ntwo\tthree\r\nfour – é ល 🌍"}
            )
        }
    )
    assert parse(written(signed(content.model_copy(update={"header": header}))))


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


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("content", "units", 1, "name"), "a\0b"),
        (("content", "header", "country", "en"), "a\0b"),
        (("content", "header", "country"), dict.fromkeys(("en", "id", *map(str, range(99))), "x")),
        (("content", "indicators", 0, "values", 0, "value"), 1.1e15),
        (("content", "indicators", 0, "values", 0, "parts"), dict.fromkeys(map(str, range(101)), 1)),
        (("content", "units", 0, "geometry", "coordinates", 0, 0, 0), [181, 0]),
        (("content", "units", 0, "geometry", "coordinates", 0, 0, 0), [0, 0, 0]),
    ],
)
def test_the_published_schema_has_the_bounds_by_which_a_file_is_read(path, to):
    file = changed(*path, to=to)
    schema = Draft202012Validator(country_report_schema())
    (error,) = schema.iter_errors(json.loads(file))
    assert [*error.absolute_path] == [*path][: len(error.absolute_path)]
    with pytest.raises(InputError):
        parse(file)


def test_the_published_schema_says_how_long_lists_are_and_how_large_a_file_is():
    schema = country_report_schema()
    content = schema["$defs"]["Content"]["properties"]
    assert {each["maxItems"] for each in content.values() if each.get("type") == "array"} == {MOST_ITEMS}
    assert f"{forms.MOST_BYTES:,} bytes" in schema["description"]


def test_every_key_of_the_schema_is_a_field_of_the_type():
    assert set(country_report_schema()["properties"]) == set(CountryReport.model_fields)
