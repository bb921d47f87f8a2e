"""The table of planted areas is written as an office would, and comes in clean as config describes it."""

from soilinfo.catalog.load import load
from soilinfo.ingest.checks.table import TableEvidence, judge_table
from soilinfo.ingest.sheets import read_cells
from soilinfo.ingest.table import read_rows
from soilinfo.sample.gazetteer import REGENCIES
from soilinfo.sample.plantings import COMMODITIES, write_planted_areas
from tests.country import ROOT


def test_planted_areas_come_in_with_their_sums_and_blanks_left_out(tmp_path):
    table = load(ROOT / "config").table("planted_areas")
    path = tmp_path / "planted_areas.csv"
    write_planted_areas(path)
    cells = read_cells(str(path), table)
    rows = read_rows(cells, table)
    names = {regency.code: regency.title for regency in REGENCIES}
    found = judge_table(TableEvidence("planted_areas", table, cells, rows, names))
    assert {finding.check: (finding.severity, finding.count) for finding in found} == {
        "blank_rows": ("note", 1),
        "totals_rows": ("note", 1),
    }
    assert len(rows.frame) == len(REGENCIES) * len(COMMODITIES)
    assert 0 < rows.frame["planted_ha"].isna().sum() < len(REGENCIES)


def test_planted_areas_are_the_same_in_every_run(tmp_path):
    write_planted_areas(tmp_path / "a.csv")
    write_planted_areas(tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
