"""A region published: its collections, what is found of its members, what changes and what is withdrawn."""

from collections.abc import Iterator
from json import loads
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import REGIONAL_COLLECTIONS, REGIONAL_COMPARABILITY, REGIONAL_INDICATORS
from soilinfo.errors import InputError, StoreError
from soilinfo.jobs.region.fetch import fetch
from soilinfo.jobs.region.publish import publish_region
from soilinfo.jobs.region.received import reports
from soilinfo.jobs.region.report import board, regional_report, side_by_side
from soilinfo.jobs.reporting.records import report_of
from soilinfo.jobs.runs.run import RunReport, silent
from soilinfo.report.country.canonical import canonical
from soilinfo.report.country.document import CountryReport
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.files import regional_json, regional_report_schema, regional_xlsx
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.faults.test_region_nodes import region
from tests.reports import country_report, written


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Store]:
    store = open_store(Settings(store=tmp_path / "store", db=None))
    yield store
    store.close()


@pytest.fixture
def host(built, tmp_path: Path) -> Catalog:
    """The catalog of a host of three countries, whose reports lie as files."""
    plain = load(built.settings.config)
    return region(plain, **{iso3: {"file": str(tmp_path / f"{iso3}.json")} for iso3 in ("XAA", "XBB", "XCC")})


def lay(directory: Path, *found: CountryReport) -> None:
    for each in found:
        (directory / f"{each.content.header.iso3}.json").write_bytes(written(each))


def published(home: Store, host: Catalog) -> RunReport:
    fetch(home, host)
    return publish_region(home, host, actor="tests", progress=silent)


def rows(home: Store, name: str):
    return home.vector.read(name, home.ledger.current().layers[name])


def test_a_region_is_published_in_one_snapshot_with_outlines_and_findings(home, host, tmp_path):
    lay(tmp_path, country_report("XAA"), country_report("XBB", west=130.0, depth=(0.0, 5.0)))
    done = published(home, host)
    assert set(done.published) == set(REGIONAL_COLLECTIONS)
    indicators = rows(home, REGIONAL_INDICATORS).set_index("id")
    nation = indicators.loc["XBB.nation.ph_h2o.2020"]
    assert (nation["value"], nation["lower_cm"], nation["comparable_with"]) == (5.6, 5.0, "")
    assert nation.geometry.bounds == pytest.approx((130.0, -8.0, 133.0, -7.0))
    assert indicators.loc["XAA.provinces.01.ph_h2o.2020"].geometry.bounds == pytest.approx(
        (120.0, -8.0, 121.0, -7.0)
    )
    pairs = rows(home, REGIONAL_COMPARABILITY).set_index("id")
    assert pairs.loc["XAA.XBB.ph_h2o", "reasons"] == "depth"
    assert pairs.loc["XAA.XBB.land_degradation", "comparability"] == "comparable"
    version = home.ledger.current().layers[REGIONAL_INDICATORS]
    found = home.ledger.findings(layer=REGIONAL_INDICATORS, version=version)
    assert "XCC.json cannot be read" in next(
        each.finding.message for each in found if each.finding.check == "no_file"
    )


def test_only_what_changed_is_published_again(home, host, tmp_path):
    lay(tmp_path, country_report("XAA"), country_report("XBB", west=130.0))
    assert published(home, host).snapshot is not None
    assert published(home, host).snapshot is None
    lay(tmp_path, country_report("XBB", west=130.0, shift=0.5))
    done = published(home, host)
    assert REGIONAL_INDICATORS in done.published
    assert set(done.unchanged) == set(REGIONAL_COLLECTIONS) - {*done.published}


def test_a_member_that_leaves_is_withdrawn_and_so_is_a_region_without_members(home, host, built, tmp_path):
    lay(tmp_path, country_report("XAA"), country_report("XBB", west=130.0))
    published(home, host)
    alone = region(host, XAA={"file": str(tmp_path / "XAA.json")})
    assert published(home, alone).withdrawn == [REGIONAL_COMPARABILITY]
    assert set(rows(home, REGIONAL_INDICATORS)["iso3"]) == {"XAA"}
    plain = load(built.settings.config)
    done = publish_region(home, plain, actor="tests", progress=silent)
    assert REGIONAL_INDICATORS in done.withdrawn


def test_the_board_says_who_is_there_and_writes_no_path_of_this_machine(home, host, tmp_path):
    lay(tmp_path, country_report("XAA"), country_report("XBB", west=130.0, state="submitted"))
    fetch(home, host)
    told = board(home, host)
    assert [each.standing for each in told.members] == ["approved", "submitted", "failed"]
    assert [each.comparable_pairs for each in told.members] == [4, 4, 0]
    assert str(tmp_path) not in told.model_dump_json()


def test_this_nodes_own_country_counts_with_its_newest_approved_report(home, host):
    own = country_report("XAA")
    kept = home.country_reports
    for shift, steps in ((0.0, (kept.submit, kept.approve)), (1.0, (kept.submit,))):
        content = country_report("XAA", shift=shift)
        record = kept.draft(
            "XAA-2016-2020",
            written_content(content),
            sha256=content.content_sha256,
            inputs={},
            software="tests",
            actor="tests",
        )
        for step in steps:
            step(record.id, actor="tests")
    member = regional_report(home, region(host, XAA={})).members[0]
    assert member.report is not None
    assert (member.report.obtained, member.report.content_sha256) == ("own", own.content_sha256)


def test_reports_that_were_kept_in_another_form_are_named_and_the_region_goes_on(home, host, tmp_path):
    kept = home.country_reports
    own = kept.draft("XAA-2016-2020", b"{}", sha256="0" * 64, inputs={}, software="older", actor="tests")
    kept.submit(own.id, actor="tests")
    files = {iso3: {"file": str(tmp_path / f"{iso3}.json")} for iso3 in ("XBB", "XCC")}
    three = region(host, XAA={}, **files)
    lay(tmp_path, country_report("XCC", west=130.0))
    fetch(home, three)
    older = canonical(country_report("XBB")).replace(b'"findings":', b'"messages":')
    home.received_reports.add("XBB", origin=files["XBB"]["file"], status="file", content=older)

    done = publish_region(home, three, actor="tests", progress=silent)
    assert {each.check for each in done.findings} >= {"kept_otherwise", "faulty"}
    assert [each.standing for each in board(home, three).members] == ["failed", "failed", "approved"]
    assert set(rows(home, REGIONAL_INDICATORS)["iso3"]) == {"XCC"}
    with pytest.raises(StoreError, match="'XAA-2016-2020-1' was kept by older in another form"):
        report_of(home, own.id)


def written_content(report: CountryReport) -> bytes:
    return canonical(report.content)


def test_the_regional_report_is_a_file_that_its_schema_describes(home, host, tmp_path):
    lay(tmp_path, country_report("XAA"), country_report("XBB", west=122.5, method_group="other"))
    fetch(home, host)
    report = regional_report(home, host)

    content = regional_json(report)
    Draft202012Validator(regional_report_schema()).validate(loads(content))
    assert content == regional_json(regional_report(home, host))
    book = regional_xlsx(report, reports(home, host), Phrases(host, "id"))
    assert book == regional_xlsx(report, reports(home, host), Phrases(host, "id"))


def test_countries_that_are_no_members_compare_too_but_not_two_reports_of_one(host):
    found = side_by_side(host, [country_report("XYY"), country_report("XZZ", west=130.0)])
    assert {each.verdicts[0].kind for each in found.indicators} == {"comparable"}
    with pytest.raises(InputError, match="XYY: more than one report"):
        side_by_side(host, [country_report("XYY"), country_report("XYY")])
