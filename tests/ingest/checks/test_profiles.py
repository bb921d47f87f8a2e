"""What is wrong with profiles, horizons and values is told with its rows, and flagged; the rest is kept."""

import pandas as pd
import pytest

from soilinfo.catalog.soil_profiles import Privacy
from soilinfo.findings import PROFILE_CHECKS, blocks
from soilinfo.ingest.checks.profile_depths import ELEMENT_RULES
from soilinfo.ingest.checks.profile_values import VALUE_RULES
from soilinfo.ingest.checks.profiles import PROFILE_RULES
from tests.ingest.profile_files import found, judged, survey, values_of

SITES = "code,lon,lat\nA,106.8,-6.6\n"
HORIZONS = "code,top,bottom,ph\nA,0,10,5\n"


def counted(judgement):
    return {one.check: one.count for one in judgement.findings}


def flags(kept):
    return values_of(kept.observations, "id", "flag", "flag_reason")


def test_every_check_of_a_row_can_be_named_in_config():
    rules = {rule.check for rule in (*PROFILE_RULES, *ELEMENT_RULES, *VALUE_RULES)}
    assert rules <= set(PROFILE_CHECKS)


@pytest.mark.parametrize(
    ("lon", "lat", "check", "severity"),
    [
        ("0", "0", "coordinates_zero", "warn"),
        ("-6.6", "106.8", "swapped_coordinates", "warn"),
        ("106.8", "660", "impossible_coordinates", "warn"),
        ("106.8", "x", "impossible_coordinates", "warn"),
        ("106.8", "", "impossible_coordinates", "warn"),
        ("10.2", "51.6", "outside_country", "warn"),
        ("", "", "missing_place", "note"),
    ],
)
def test_coordinates_that_are_no_place_are_told_and_the_profile_is_kept_without_one(
    tmp_path, lon, lat, check, severity
):
    judgement, kept = judged(survey(tmp_path, f"code,lon,lat\nA,{lon},{lat}\n", HORIZONS))
    assert [(one.check, one.severity) for one in judgement.findings] == [(check, severity)]
    assert kept.profiles.geometry.isna().all()
    assert values_of(kept.observations, "value", "flag") == [(5, "ok")]


def test_coordinates_may_be_of_another_system(tmp_path):
    _, kept = judged(survey(tmp_path, "code,lon,lat\nA,700000,9270000\n", HORIZONS, crs="EPSG:32748"))
    (point,) = kept.profiles.geometry
    assert (round(point.x, 4), round(point.y, 4)) == (106.809, -6.601)


def test_a_code_told_twice_differently_makes_its_values_doubtful(tmp_path):
    sites = "code,lon,lat\nA,106.8,-6.6\nA,106.9,-6.6\nB,107,-7\nB,107,-7\n"
    judgement, kept = judged(survey(tmp_path, sites, "code,top,bottom,ph\nA,0,10,5\nB,0,10,6\n"))
    assert found(judgement) == {
        "duplicate_profiles": "profiles told more than once, and not the same: A (row 2)"
    }
    assert [row[1:] for row in flags(kept)] == [("doubtful", "duplicate_profiles"), ("ok", "")]
    assert kept.profiles.geometry.x.tolist() == [106.8, 107]


def test_codes_that_become_one_id_block(tmp_path):
    sites = "code,lon,lat\nA 1,106.8,-6.6\nA-1,106.9,-6.6\n"
    judgement, _ = judged(survey(tmp_path, sites, "code,top,bottom,ph\nA 1,0,10,5\nA-1,0,10,5\n"))
    assert blocks(judgement.findings)
    assert "A 1 (row 2), A-1 (row 3)" in found(judgement)["colliding_codes"]


def test_profiles_at_one_place_and_day_and_odd_days_are_told(tmp_path):
    sites = (
        "code,lon,lat,date\nA,106.8,-6.6,2020-05-01\nB,106.8,-6.6,2020-05-01\nC,106.8,-6.6,2021-05-01\n"
        "D,107,-7,2999-01-01\nE,108,-7,01/02/2020\n"
    )
    horizons = "code,top,bottom,ph\n" + "".join(f"{code},0,10,5\n" for code in "ABCDE")
    judgement, kept = judged(survey(tmp_path, sites, horizons))
    told = found(judgement)
    assert told["same_place"].endswith(": A (row 2), B (row 3)")
    assert told["future_dates"].endswith(": D (row 5)")
    assert told["unreadable_dates"].endswith(": E (row 6)")
    assert kept.profiles["date"].isna().tolist() == [False] * 4 + [True]


def test_depths_are_judged_downwards_whatever_their_order(tmp_path):
    horizons = (
        "code,top,bottom,ph\n"
        "A,30,50,5\nA,0,10,5\nA,20,40,5\nA,12,20,5\n"  # 30-50 overlaps 20-40, 10-12 is missing
        "A,70,60,5\nA,80,80,5\nA,-5,0,5\nA,,90,5\nA,x,95,5\nA,100,120,5\nA,100,120,5\n"
    )
    judgement, kept = judged(survey(tmp_path, SITES, horizons))
    told = found(judgement)
    assert "A 30-50 cm (row 2)" in told["overlapping_horizons"]
    assert counted(judgement)["overlapping_horizons"] == 1
    assert "A 12-20 cm (row 5)" in told["depth_gaps"]
    assert counted(judgement)["inverted_depth"] == 3
    assert "A ?-90 cm (row 9)" in told["missing_depth"]
    assert "A ?-95 cm (row 10)" in told["unreadable_depths"]
    assert counted(judgement)["same_depth"] == 2
    assert not blocks(judgement.findings)
    by_row = dict(zip(kept.elements["id"], kept.elements["upper_cm"], strict=True))
    assert list(by_row)[:4] == [f"survey.A.{order}" for order in (5, 2, 4, 3)]
    assert kept.observations["flag"].tolist() == [
        *("doubtful", "ok", "ok", "ok", "rejected", "rejected", "rejected", "doubtful"),
        *("doubtful", "doubtful", "doubtful"),
    ]


def test_a_dataset_without_any_depth_is_blocked(tmp_path):
    judgement, _ = judged(survey(tmp_path, SITES, "code,top,bottom,ph\nA,,,5\n"))
    assert blocks(judgement.findings)
    assert "none of 1 horizons has a depth; state 'depth'" in found(judgement)["no_depths"]


def test_values_that_cannot_be_are_rejected_and_kept_as_written(tmp_path):
    horizons = "code,top,bottom,ph,clay\nA,0,10,55,-3\nA,10,20,<3,101\n"
    judgement, kept = judged(survey(tmp_path, SITES, horizons))
    told = found(judgement)["value_range"]
    assert "ph 55 (A 0-10 cm, row 2)" in told
    assert "clay 101 (A 10-20 cm, row 3)" in told
    columns = ("source_value", "value", "flag", "flag_reason")
    assert values_of(kept.observations, *columns) == [
        ("-3", -3, "rejected", "value_range"),
        ("101", 101, "rejected", "value_range"),
        ("55", 55, "rejected", "value_range"),
        ("<3", 3, "ok", ""),
    ]


def test_particle_sizes_must_add_up_specimen_by_specimen(tmp_path):
    rows = ("A,0,10,20,40,45", "A,10,20,20,40,45.5", "A,20,30,20,40,", "A,30,40,<1,50,30")
    horizons = "\n".join(["code,top,bottom,clay,silt,sand", *rows])
    judgement, kept = judged(survey(tmp_path, SITES, horizons))
    assert counted(judgement)["texture_sum"] == 3
    doubtful = kept.observations[kept.observations["flag"] == "doubtful"]
    assert set(doubtful["element_id"]) == {"survey.A.2"}


def test_carbon_ten_times_too_high_is_seen_beside_the_density(tmp_path):
    horizons = "code,top,bottom,oc,bd\nA,0,10,140,1.7\nA,10,20,14,1.7\nA,20,30,450,0.12\n"
    judgement, kept = judged(survey(tmp_path, SITES, horizons))
    assert counted(judgement) == {"carbon_beside_density": 2}
    doubtful = kept.observations[kept.observations["flag"] == "doubtful"]
    assert set(doubtful["element_id"]) == {"survey.A.1"}


def test_numbers_whose_point_is_unclear_block_until_config_tells(tmp_path):
    dataset = survey(tmp_path, SITES, "code,top,bottom,ph\nA,0,10,5.125\n")
    unstated = dataset.model_copy(update={"horizons": dataset.horizons.model_copy(update={"decimal": None})})
    assert blocks(judged(unstated)[0].findings)
    assert not blocks(judged(dataset)[0].findings)


def test_values_below_a_limit_that_is_not_told_are_doubtful(tmp_path):
    judgement, kept = judged(survey(tmp_path, SITES, "code,top,bottom,oc\nA,0,10,tr\nA,10,20,<0.4\n"))
    assert set(found(judgement)) == {"unknown_limit", "below_detection"}
    columns = ("value", "qualifier", "flag")
    assert values_of(kept.observations, *columns) == [(None, "<", "doubtful"), (0.04, "<", "ok")]


def test_a_text_that_config_says_means_nothing_is_no_value(tmp_path):
    horizons = "code,top,bottom,ph\nA,0,10,nd\nA,10,20,5\n"
    judgement, kept = judged(survey(tmp_path, SITES, horizons, nodata=["nd"]))
    assert (judgement.findings, len(kept.observations)) == ([], 1)
    judgement, kept = judged(survey(tmp_path, SITES, horizons))
    assert "ph nd (A 0-10 cm, row 2)" in found(judgement)["unreadable_values"]


def test_config_changes_how_grave_a_check_is(tmp_path):
    dataset = survey(tmp_path, SITES, "code,top,bottom,ph\nA,0,10,55\n", severity={"value_range": "block"})
    assert blocks(judged(dataset)[0].findings)


# ---- what the public is not shown -------------------------------------------------------

FAULTY = "code,lon,lat,project\nA,106.8765432,-6.6,open\nB,0,0,closed\nC,106.8765432,-6.6,open\n"


@pytest.mark.parametrize("share", ["nothing", "locations"])
def test_findings_about_profiles_that_are_not_shown_name_rows_alone(tmp_path, share):
    horizons = "code,top,bottom,ph\nA,0,10,55\nB,0,10,66\nC,0,10,5\nX,0,10,77\n"
    projects = {"closed": {"share": share}}
    judgement, _ = judged(survey(tmp_path, FAULTY, horizons, projects=projects))
    told = " ".join(f"{one.message} {one.evidence}" for one in judgement.findings)
    assert "ph 55 (A 0-10 cm, row 2)" in told
    assert "66" not in told
    assert "B " not in told
    assert "X " not in told
    assert counted(judgement)["value_range"] == 3
    assert next(one for one in judgement.findings if one.check == "coordinates_zero").message.endswith(
        ": row 3"
    )


def test_findings_about_blurred_profiles_have_no_place(tmp_path):
    horizons = "code,top,bottom,ph\nA,0,10,5\nB,0,10,5\nC,0,10,5\n"
    dataset = survey(tmp_path, FAULTY, horizons)
    assert any("place" in one.evidence for one in judged(dataset)[0].findings)
    blurred = judged(dataset.model_copy(update={"privacy": Privacy(blur_m=1000)}))[0].findings
    assert {"same_place", "coordinates_zero"} == {one.check for one in blurred}
    assert not any("place" in one.evidence or "106.87" in one.message for one in blurred)


def test_a_project_that_is_to_be_hidden_and_is_not_there_blocks(tmp_path):
    horizons = "code,top,bottom,ph\nA,0,10,5\nB,0,10,5\nC,0,10,5\n"
    dataset = survey(tmp_path, FAULTY, horizons, projects={"Closed": {"share": "nothing"}})
    judgement, _ = judged(dataset)
    assert blocks(judgement.findings)
    assert "Closed" in found(judgement)["unknown_projects"]


def test_nothing_is_lost_between_what_is_read_and_what_is_held(tmp_path):
    horizons = pd.DataFrame({"code": "A", "top": range(0, 200, 10), "bottom": range(10, 210, 10)})
    horizons["ph"] = 5.5
    _, kept = judged(survey(tmp_path, SITES, horizons.to_csv(index=False)))
    assert (len(kept.elements), len(kept.observations)) == (20, 20)
    assert kept.elements["order"].tolist() == [*range(1, 21)]
    assert kept.observations["id"].is_unique


def test_an_emptied_sheet_of_horizons_blocks_the_profiles(tmp_path):
    judgement, _ = judged(survey(tmp_path, SITES, "code,top,bottom,ph\n"))
    assert "no horizon of 1 profile(s)" in found(judgement)["no_horizons"]
    assert blocks(judgement.findings)


@pytest.mark.parametrize(("bottom", "flag"), [("1500", "ok"), ("1501", "rejected"), ("1e30", "rejected")])
def test_a_depth_that_nobody_digs_is_none(tmp_path, bottom, flag):
    judgement, kept = judged(survey(tmp_path, SITES, f"code,top,bottom,ph\nA,0,{bottom},5\n"))
    assert ("impossible_depth" in found(judgement)) is (flag == "rejected")
    assert values_of(kept.observations, "flag") == [(flag,)]


@pytest.mark.parametrize("depth", ["5,0", "-5,0"])
def test_of_an_organic_layer_above_the_surface_it_is_told_what_to_do(tmp_path, depth):
    judgement, kept = judged(survey(tmp_path, SITES, f"code,top,bottom,ph\nA,{depth},4\nA,0,20,5\n"))
    assert "write it as 0-5 and move what lies below it down" in found(judgement)["inverted_depth"]
    assert values_of(kept.observations, "value", "flag") == [(4, "rejected"), (5, "ok")]


def test_days_come_first_where_config_says_so_and_otherwise_it_is_told_how_to_say_it(tmp_path):
    sites = "code,lon,lat,date\nA,106.8,-6.6,18/09/2023\n"
    _, kept = judged(survey(tmp_path, sites, HORIZONS, dates="day_first"))
    assert kept.profiles["date"].tolist() == ["2023-09-18"]
    judgement, kept = judged(survey(tmp_path, sites, HORIZONS))
    assert "dates: day_first" in found(judgement)["unreadable_dates"]
    assert kept.profiles["date"].isna().all()
