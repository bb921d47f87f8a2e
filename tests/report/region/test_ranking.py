"""Threats of a region: sums and means of its countries, per subregion, gaps and ties named."""

from types import SimpleNamespace

from soilinfo.catalog.reporting import Member
from soilinfo.report.country.document import ReportedThreat
from soilinfo.report.region.ranking import ranked_region

UNTOLD = (
    *("rank", "area_rank", "mapped_ha", "mapped_by", "share_pct", "condition", "trend"),
    *("confidence_condition", "confidence_trend", "agreement"),
)


def member(iso3, subregion):
    return Member(iso3=iso3, title={"en": f"Land {iso3}", "id": f"Negeri {iso3}"}, subregion=subregion)


def report(**threats):
    told = [
        ReportedThreat(
            id=id,
            title={"en": id, "id": id},
            experts=(),
            mean_rank=rank,
            area_ha=area,
            **dict.fromkeys(UNTOLD),
        )
        for id, (rank, area) in threats.items()
    ]
    return SimpleNamespace(content=SimpleNamespace(threats=told))


MEMBERS = [member("AAA", "west"), member("BBB", "west"), member("CCC", "east")]
REPORTS = {
    "AAA": report(erosion=(1.0, 100.0), sealing=(2.0, 30.0)),
    "BBB": report(erosion=(3.0, None), sealing=(2.0, 70.0)),
}


def test_areas_are_summed_ranks_are_means_and_those_alike_share_a_place():
    erosion, sealing = ranked_region(REPORTS, MEMBERS)[:2]
    assert (erosion.subregion, erosion.mean_rank, erosion.rank) == (None, 2.0, 1.5)
    assert (erosion.area_ha, erosion.area_countries, erosion.area_rank) == (100.0, ("AAA",), 1.5)
    assert (sealing.area_ha, sealing.area_countries, sealing.rank_countries) == (
        100.0, ("AAA", "BBB"), ("AAA", "BBB"),
    )  # fmt: skip
    assert [each["en"] for each in erosion.notes] == [
        "Shares its place by mean rank with sealing.",
        "Shares its place by area with sealing.",
        "Without ranks of: Land CCC.",
        "Without areas of: Land BBB, Land CCC.",
    ]
    assert erosion.notes[3]["id"] == "Tanpa luas dari: Negeri BBB, Negeri CCC."


def test_sums_and_means_are_rounded_as_the_header_says():
    three = REPORTS | {"CCC": report(erosion=(1.0, 0.004), sealing=(1.0, 0.1 + 0.2))}
    erosion, sealing = ranked_region(three, MEMBERS)[:2]
    assert (erosion.mean_rank, erosion.area_ha) == (1.66667, 100.0)
    assert (sealing.mean_rank, sealing.area_ha) == (1.66667, 100.3)
    assert erosion.rank == sealing.rank == 1.5


def test_each_subregion_is_ranked_by_itself_and_one_without_reports_has_no_rows():
    rows = ranked_region(REPORTS, MEMBERS)
    assert [(each.subregion, each.id) for each in rows] == [
        (None, "erosion"), (None, "sealing"), ("west", "erosion"), ("west", "sealing"),
    ]  # fmt: skip
    assert all("CCC" not in note["en"] for each in rows[2:] for note in each.notes)
