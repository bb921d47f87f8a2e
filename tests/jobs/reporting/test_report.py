"""A country report: the same content from the same layers anywhere, and every change of them found."""

from dataclasses import replace
from hashlib import sha256
from shutil import copytree

import numpy as np
import pytest
import rasterio

from soilinfo.errors import InputError, SourceError
from soilinfo.jobs.reporting.content import draft_content
from soilinfo.jobs.reporting.records import draft, report_of
from soilinfo.jobs.reporting.statements import lost_statements
from soilinfo.jobs.reporting.verify import verify
from soilinfo.jobs.runs.retention import removable
from soilinfo.report.country.canonical import canonical, content_sha256, parse
from soilinfo.report.country.differences import differences
from soilinfo.report.country.template import template
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.reporting_country import CELLS, SERIES, Reporting
from tests.zoned import write_layer


def drafted(country, **changes):
    """What it would report now; ``changes``: keys of report.yaml."""
    return draft_content(country.store, country.reporting(**changes), country.store.ledger.current().layers)


def found_in(content):
    return {each.check: each.evidence for each in content.findings}


def by_id(content):
    return {each.id: each for each in content.indicators}


def test_a_report_tells_every_unit_and_every_layer_that_its_numbers_are_made_of(report):
    content = report.content
    assert [(each.level, each.code) for each in content.units] == [
        ("nation", "nation"),
        ("provinces", "01"),
        *(("regencies", f"01.0{n}") for n in range(1, 5)),
    ]
    drawn = {each.level for each in content.units if each.geometry}
    assert drawn == {"nation", "provinces"}
    soc = by_id(content)["soc"]
    assert (soc.years, soc.depth, soc.land, soc.uncertainty) == ((2020, 2020), (0, 30), "all", "unknown")
    assert [(each.level, each.code) for each in soc.values] == [(e.level, e.code) for e in content.units]
    assert {"soc", "ph_h2o", "nation", "provinces", "regencies"} <= {each.name for each in content.inputs}
    told = {*by_id(content)} | {each.id for each in content.missing}
    assert "bulk_density" in {each.id for each in content.missing}
    assert "soc" in told


def test_land_adds_up_from_regencies_to_the_nation(report):
    for each in report.content.indicators:
        hectares = {
            level: sum(value.total_ha for value in each.values if value.level == level)
            for level in ("nation", "provinces", "regencies")
        }
        assert hectares["regencies"] == pytest.approx(hectares["nation"], abs=0.05)
        assert hectares["provinces"] == pytest.approx(hectares["nation"], abs=0.05)


def test_a_report_holds_no_place_or_time_of_this_machine(reporting, report):
    text = canonical(report.content).decode()
    assert str(reporting.directory) not in text
    assert "/tmp" not in text
    snapshot = reporting.store.ledger.current()
    assert f"{snapshot.created:%Y-%m-%dT}" not in text
    assert {each.run for each in reporting.store.ledger.versions() if each.run in text} == set()


def test_the_same_layers_give_the_same_draft_again(reporting, report):
    again = draft(reporting.store, reporting.catalog, actor="budi", note="again")
    assert (again.id, again.actor) == (f"{SERIES}-1", "siti")
    assert parse(canonical(report)) == report


def test_an_approved_report_names_who_took_each_step(own):
    own.store.country_reports.submit(f"{SERIES}-1", actor="siti", note="checked")
    own.store.country_reports.approve(f"{SERIES}-1", actor="budi")
    report = parse(canonical(report_of(own.store, f"{SERIES}-1")))
    steps = [(step.state, step.by, step.note) for step in report.sign_off]
    assert steps == [("draft", "siti", "first"), ("submitted", "siti", "checked"), ("approved", "budi", "")]


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_what_a_report_that_others_hold_is_made_of_is_not_removed_however_old(own, report, state):
    """Of a draft nobody else holds the file: its layers may go, and it is drafted anew."""
    if state == "submitted":
        own.store.country_reports.submit(f"{SERIES}-1", actor="siti")
    old = own.store.ledger.version("soc", own.store.ledger.current().layers["soc"])
    with rasterio.open(own.directory / "sources" / "soc.tif", "r+") as source:
        source.write(source.read(1) + 1, 1)
    own.publish()
    services = own.catalog.services
    hurried = services.retention.model_copy(update={"keep_days": 0})
    catalog = own.catalog.model_copy(update={"services": services.model_copy(update={"retention": hurried})})
    gone = {(each.layer, each.version) for each in removable(own.store, catalog)}
    assert (("soc", old.version) in gone) is (state == "draft")


def test_a_report_is_recomputed_from_its_file(reporting, report):
    found = verify(reporting.store, reporting.catalog, parse(canonical(report)))
    assert (found.equal, found.differences, found.inputs, found.software) == (True, (), (), "")


def test_another_environment_with_the_same_sources_gives_the_same_report(reporting, report, tmp_path):
    """Other directory, other ledger, other runs: the same versions, numbers and bytes."""
    for part in ("config", "sources"):
        copytree(reporting.directory / part, tmp_path / part)
    other = Reporting(tmp_path, open_store(Settings(store=tmp_path / "store")))
    other.publish()
    assert differences(report.content, drafted(other)) == ()
    assert content_sha256(drafted(other)) == report.content_sha256
    assert verify(other.store, other.catalog, report).equal
    other.store.close()


def test_a_changed_source_is_named_with_what_differs_by_it(own, report):
    with rasterio.open(own.directory / "sources" / "soc.tif", "r+") as source:
        cells = source.read(1)
        cells[30, 30] += 1
        source.write(cells, 1)
    own.publish()
    for version in own.store.ledger.versions("soc"):
        if version.version != own.store.ledger.current().layers["soc"]:
            own.store.ledger.set_removed([("soc", version.version)])
    found = verify(own.store, own.catalog, report)
    assert not found.equal
    assert [(each.name, each.state) for each in found.inputs] == [("soc", "removed")]
    paths = {each.path for each in found.differences}
    assert "inputs.soc.source_sha256" in paths
    assert "indicators.soc.values.regencies/01.04.value" in paths
    assert not [path for path in paths if path.startswith("indicators.ph_h2o.values")]


def test_a_version_of_other_settings_that_give_the_same_values_is_told_so(reporting, report):
    inputs = tuple(
        each.model_copy(update={"version": "unknown"}) if each.name == "soc" else each
        for each in report.content.inputs
    )
    told = report.model_copy(update={"content": report.content.model_copy(update={"inputs": inputs})})
    found = verify(reporting.store, reporting.catalog, told)
    assert (found.equal, found.same_values) == (False, True)
    assert [(each.name, each.state) for each in found.inputs] == [("soc", "settings_differ")]


def test_a_source_that_was_never_here_is_told_by_both_digests(reporting, report):
    names = [each.name for each in report.content.inputs]
    at = names.index("soc")
    inputs = list(report.content.inputs)
    inputs[at] = inputs[at].model_copy(update={"version": "0" * 16, "source_sha256": "a" * 64})
    content = report.content.model_copy(update={"inputs": tuple(inputs)})
    found = verify(reporting.store, reporting.catalog, report.model_copy(update={"content": content}))
    (changed,) = found.inputs
    published = reporting.store.ledger.version("soc", reporting.store.ledger.current().layers["soc"])
    assert changed.state == "source_differs"
    assert "aaaaaaaaaaaa" in changed.message
    assert published.source_sha256[:12] in changed.message
    assert {each.path for each in found.differences} == {
        "inputs.soc.version",
        "inputs.soc.source_sha256",
    }


def test_a_number_that_somebody_changed_is_found_though_its_digest_fits(reporting, report):
    first = report.content.indicators[0]
    value = first.values[0].model_copy(update={"value": 999.0})
    forged = first.model_copy(update={"values": (value, *first.values[1:])})
    content = report.content.model_copy(update={"indicators": (forged, *report.content.indicators[1:])})
    update = {"content": content, "content_sha256": content_sha256(content)}
    found = verify(reporting.store, reporting.catalog, report.model_copy(update=update))
    (difference,) = found.differences
    assert difference.path == f"indicators.{first.id}.values.nation/nation.value"
    assert (difference.reported, difference.computed) == (999.0, first.values[0].value)


def test_an_empty_store_says_what_it_lacks(reporting, report, tmp_path):
    store = open_store(Settings(store=tmp_path / "empty"))
    found = verify(store, reporting.catalog, report)
    assert (found.equal, found.differences) == (False, ())
    assert "nothing is published of the nation" in found.unrecomputed
    assert {each.state for each in found.inputs} == {"missing"}
    assert any("ingest ../sources/soc.tif" in each.message for each in found.inputs)
    store.close()


def test_why_nothing_could_be_recomputed_is_told_though_an_input_changed_too(reporting, report, tmp_path):
    workbook = tmp_path / "statements.xlsx"
    workbook.write_bytes(b"no workbook")
    inputs = [each.model_copy(update={"version": "unknown"}) for each in report.content.inputs]
    content = report.content.model_copy(update={"inputs": tuple(inputs)})
    told = report.model_copy(update={"content": content})
    found = verify(reporting.store, reporting.reporting(statements=str(workbook)), told)
    assert len(found.inputs) == len(inputs)
    assert "workbook" in found.unrecomputed
    assert not found.same_values


def test_other_software_is_told_and_no_difference(reporting, report):
    found = verify(reporting.store, reporting.catalog, report.model_copy(update={"software": "soilinfo 0.0"}))
    assert (found.equal, found.software) == (True, "soilinfo 0.0")


def test_a_report_of_another_country_is_verified_where_its_layers_are(reporting, report):
    header = report.content.header.model_copy(update={"iso3": "XAB"})
    content = report.content.model_copy(update={"header": header})
    with pytest.raises(InputError, match="a report of XAB, and this configuration is of XTS"):
        verify(reporting.store, reporting.catalog, report.model_copy(update={"content": content}))


def test_what_was_measured_after_the_period_is_missing_and_says_so(reporting, report):
    content = drafted(reporting, period=(2005, 2010))
    assert "soc" not in by_id(content)
    (missing,) = [each for each in content.missing if each.id == "soc"]
    assert "later years than the period" in missing.reason["en"]
    assert "ph_h2o" in by_id(content)


def test_a_report_of_an_earlier_period_is_verified_by_its_own_period_and_indicators(reporting, report):
    catalog = reporting.reporting(period=(2005, 2010), indicators=("ph_h2o",))
    assert verify(reporting.store, catalog, report).equal


def test_only_the_indicators_that_the_country_chose_are_told(reporting):
    content = drafted(reporting, indicators=("ph_h2o", "bulk_density"))
    assert [each.id for each in content.indicators] == ["ph_h2o"]
    assert [each.id for each in content.missing] == ["bulk_density"]
    assert "soc" not in {each.name for each in content.inputs}


def test_findings_are_of_what_is_told_and_of_no_other_year_or_indicator(own):
    """The layer of 2010 has no uncertainty; that of 2020, which is told, has one."""
    for name, about in (("soc_2010", {"time": "2010"}), ("soc_sd", {"time": "2020", "statistic": "sd"})):
        about = {"property": "soc", "unit": "%", "depth": [0, 30], "land": "all"} | about
        write_layer(own.config, name, np.ones((CELLS, CELLS), "float32"), **about)
    own.publish()
    of_two = found_in(drafted(own, indicators=("soc", "ph_h2o")))
    assert of_two["no_uncertainty"] == {"indicators": ("ph_h2o",)}
    assert "no_uncertainty" not in found_in(drafted(own, indicators=("soc",)))
    assert "older_than_period" not in of_two
    earlier = found_in(drafted(own, indicators=("soc",), period=(2005, 2010)))
    assert earlier["no_uncertainty"] == {"indicators": ("soc",)}


def test_what_was_measured_before_the_period_is_told_with_its_years(reporting):
    content = drafted(reporting, period=(2021, 2025))
    assert by_id(content)["soc"].years == (2020, 2020)
    found = [each for each in content.findings if each.check == "older_than_period"]
    assert {each.severity for each in found} == {"warn"}
    told = {"indicator": "soc", "years": (2020, 2020), "period": (2021, 2025)}
    assert told in [each.evidence for each in found]
    assert "older_than_period" not in found_in(drafted(reporting, period=(2020, 2025)))


def test_statements_that_nobody_filled_in_rank_nothing_and_are_known_by_their_digest(
    reporting, report, tmp_path
):
    workbook = tmp_path / "statements.xlsx"
    workbook.write_bytes(template(reporting.catalog, "id"))
    content = drafted(reporting, statements=str(workbook))
    assert [each.rank for each in content.threats] == [None] * 10
    assert content.statements_sha256 == sha256(workbook.read_bytes()).hexdigest()
    found = verify(reporting.store, reporting.reporting(statements=str(workbook)), report)
    assert [each.name for each in found.inputs] == ["statements"]
    assert "statements_sha256" in {each.path for each in found.differences}


def test_statements_that_are_not_there_are_asked_for(reporting):
    with pytest.raises(SourceError, match=r"statements of report.yaml, lost.xlsx: No such file"):
        drafted(reporting, statements="lost.xlsx")


def test_statements_that_are_not_there_are_found_before_anything_is_drafted(reporting, tmp_path):
    (finding,) = lost_statements(reporting.reporting(statements="lost.xlsx"))
    assert (finding.check, finding.severity) == ("statements_lost", "warn")
    assert "lost.xlsx" in finding.message
    workbook = tmp_path / "statements.xlsx"
    workbook.touch()
    for named in (None, str(workbook)):
        assert lost_statements(reporting.reporting(statements=named)) == []


def test_who_does_not_report_is_told_what_is_lacking(reporting):
    catalog = reporting.catalog.model_copy(update={"report": None})
    with pytest.raises(InputError, match=r"has no report.yaml"):
        draft_content(reporting.store, catalog, {})


def test_nothing_is_drafted_before_the_nation_is_published(reporting):
    layers = dict(reporting.store.ledger.current().layers)
    del layers["nation"]
    with pytest.raises(InputError, match="nothing is published of the nation"):
        draft_content(reporting.store, reporting.catalog, layers)


def test_a_report_rests_on_one_version_of_each_layer(own):
    """Regions ingested anew and the nation not: its outline would be of others than its numbers."""
    layers = own.store.ledger.current().layers
    old = own.store.ledger.version("provinces", layers["provinces"])
    own.store.ledger.record(replace(old, version="other"))
    own.store.vector.write(
        "provinces", "other", own.store.vector.read("provinces", old.version), id_field="code"
    )
    with pytest.raises(InputError, match="rests on two versions of 'provinces'"):
        draft_content(own.store, own.catalog, {**layers, "provinces": "other"})
