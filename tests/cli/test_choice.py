"""`soilinfo best-crops`: a ranking with its reasons, and what it was made from."""

from soilinfo.settings import Settings
from tests.process import run
from tests.served import CROPS


def ask(nation: Settings, *rest: str):
    named = [word for crop in CROPS for word in ("--crop", crop)]
    return run(nation, "best-crops", "--region", "01.02", "--config", str(nation.config), *named, *rest)


def test_crops_are_ranked_with_their_classes_and_what_limits_them(nation: Settings):
    code, lines, _ = ask(nation)
    assert code == 0
    ranks = [int(line["rank"]) for line in lines if "rank" in line]
    assert ranks == sorted(ranks)
    assert {line["crop"] for line in lines if "rank" in line} == set(CROPS)
    assert all({"S1", "S2", "S3", "N", "limited by"} <= line.keys() for line in lines if "rank" in line)
    told = {key: line[key] for line in lines for key in ("used", "left_out") if key in line}
    assert "rainfall_annual" in told["used"]
    assert "dry_months" in told["left_out"]


def test_a_weight_that_is_none_and_a_crop_that_is_none_are_refused(nation: Settings):
    code, _, errors = ask(nation, "--weight", "maize=much")
    assert (code, "CROP=NUMBER" in errors) == (2, True)
    code, _, errors = ask(nation, "--crop", "durain")
    assert (code, "Did you mean 'durian'?" in errors) == (3, True)
