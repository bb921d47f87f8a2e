"""An explanation in one plain sentence: because of what, what would help, how sure; in both languages."""

import pytest

from soilinfo.report.explanation import band_of, sentence
from soilinfo.report.phrases import Phrases
from tests.report.facts import CATALOG, PH, explained, limit

WHOLE = PH | {"value": 5.2, "better": "S2", "band": [5.5, 5.8], "pct": 100.0}
LIME = {
    "measure": "liming",
    "title": CATALOG.evaluation.measures["liming"].title,
    "targets": [{"title": PH["title"], "raise_to": 5.8, "improve": None, "unit": "pH"}],
    "prevailing_becomes": [{"class": "S2", "ha": 60.0}],
}
SURE = {
    "confidence_pct": 70.2,
    "uncertain": [{"characteristic": "ph_h2o", "layers": ["ph_h2o_sd"]}],
    "conditional_on": ["slope", "texture"],
}
ACID = explained("maize", (0, 20, 80, 0), {"S3": [limit("nr", 80.0, WHOLE)]}) | {
    "measures": [LIME],
    "confidence": SURE,
}


def said(answer, language="en"):
    return sentence(Phrases(CATALOG, language), answer)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "For maize, 80 % of the land (80 ha) is marginally suitable (S3), because soil pH in water "
            "is 5.2 (S2: 5.5 to 5.8). It would be S2 on 60 ha if the soil were limed (soil pH in water "
            "to 5.8). We are 70 % sure of the classes, on average, as far as soil pH in water may err; "
            "2 other characteristics count as certain.",
        ),
        (
            "id",
            "Untuk jagung, 80 % lahan (80 ha) sesuai marginal (S3), karena pH tanah 5,2 (S2: 5,5 sampai"
            " 5,8). Lahan ini akan menjadi S2 pada 60 ha jika tanah dikapur (pH tanah menjadi 5,8). "
            "Kelas-kelas ini 70 % pasti, rata-rata, sejauh pH tanah dapat keliru; 2 karakteristik lain "
            "dianggap pasti.",
        ),
    ],
)
def test_an_area_has_its_three_parts_in_one_saying(language, text):
    assert said(ACID, language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "For maize, the land here is marginally suitable (S3), because soil pH in water is 5.2 (S2:"
            " 5.5 to 5.8). It would be S2 if the soil were limed (soil pH in water to 5.8). We are 70 %"
            " sure, as far as soil pH in water may err; 2 other characteristics count as certain.",
        ),
        (
            "id",
            "Untuk jagung, lahan di sini sesuai marginal (S3), karena pH tanah 5,2 (S2: 5,5 sampai "
            "5,8). Lahan ini akan menjadi S2 jika tanah dikapur (pH tanah menjadi 5,8). Kelas ini 70 % "
            "pasti, sejauh pH tanah dapat keliru; 2 karakteristik lain dianggap pasti.",
        ),
    ],
)
def test_a_point_has_no_hectares(language, text):
    assert said(ACID | {"is_point": True}, language) == text


def test_where_no_measure_helps_alone_the_least_management_that_does_is_told():
    level = {"prevailing_becomes": [{"class": "S2", "ha": 50.0}], "prevailing_released": [limit("eh", 50.0)]}
    nothing = {"prevailing_becomes": [], "prevailing_released": []}
    managed = [
        {"scenario": "potential_low"} | nothing,
        {"scenario": "potential_medium"} | level,
        {"scenario": "potential_high"} | level,
    ]
    alone = ACID | {"measures": [LIME | {"prevailing_becomes": []}], "management": managed}
    assert (
        "Alone, none of liming would better it. With medium management it would be S2 on 50 ha, as that "
        "overcomes erosion hazard." in said(alone)
    )
    hopeless = alone | {"management": [{"scenario": "potential_low"} | nothing]}
    assert "Neither a single measure nor any level of management would better it." in said(hopeless)


def test_gains_on_next_to_no_land_are_told_as_hardly_any_and_not_as_none():
    little = LIME | {"prevailing_becomes": [{"class": "S2", "ha": 0.3}]}
    level = {"scenario": "potential_low", "prevailing_becomes": [], "prevailing_released": []}
    told = said(ACID | {"measures": [little], "management": [level]})
    assert "A single measure or a level of management would better hardly any of it." in told
    helped = level | {"prevailing_becomes": [{"class": "S2", "ha": 50.0}]}
    told = said(ACID | {"measures": [little], "management": [helped]})
    assert "Alone, each of liming would better hardly any of it. With low management" in told


@pytest.mark.parametrize("measure", CATALOG.evaluation.measures)
@pytest.mark.parametrize("language", ["en", "id"])
def test_every_measure_can_be_said(measure, language):
    drainage = CATALOG.property("drainage").title
    target = {"title": drainage, "raise_to": None, "improve": 1, "unit": "1"}
    best = LIME | {"measure": measure, "targets": [target]}
    condition = CATALOG.evaluation.measures[measure].condition[language]
    what = {"en": "drainage better by one class", "id": "drainase tanah lebih baik satu kelas"}[language]
    assert f"{condition} ({what})." in said(ACID | {"measures": [best]}, language)


def test_an_uncertainty_without_data_here_is_not_told_as_unpublished():
    told = said(ACID | {"confidence": SURE | {"confidence_pct": None}})
    assert "the uncertainty of soil pH in water is not known here." in told


def test_unknown_certainty_is_said_and_never_taken_for_certain():
    assert "How sure this is cannot be said" in said(ACID | {"confidence": None})


def test_highly_suitable_land_needs_no_help():
    best = explained("maize", (90, 0, 0, 0), {}) | {"measures": [], "confidence": SURE}
    assert said(best).startswith("For maize, 90 % of the land (90 ha) is highly suitable (S1), and nothing")
    assert "would" not in said(best)


@pytest.mark.parametrize(
    ("band", "text"),
    [
        ([5.8, None], "more than 5.8"),
        ([None, 15], "less than 15"),
        ([0, 0], "0"),
        ([1200, 1600], "1,200 to 1,600"),
    ],
)
def test_a_band_is_told_as_the_table_prints_it(band, text):
    assert band_of(Phrases(CATALOG, "en"), PH | {"band": band}) == text
