"""Why a unit has no part in a fertilizer, in both languages."""

import pytest

from soilinfo.report.allocation.left_out import LeftOut, sentence_of
from soilinfo.report.phrases import Phrases
from tests.report.allocation.facts import CATALOG, words

LEFT = LeftOut("01.01.03", "Tengah", "urea", "no_row", "erdkk")


def test_the_table_that_has_no_row_of_it_is_named():
    title = CATALOG.table("erdkk").title
    assert sentence_of(words(), LEFT) == f"Tengah gets no urea: the table {title['en']} has no row of it."
    assert title["id"] in sentence_of(words("id"), LEFT)


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (LeftOut("1", "Tengah", "urea", "no_request", "erdkk"), "not all that it asks for is told in the"),
        (
            LeftOut("1", "Tengah", "urea", "no_need", notes={"rice": "no_area", "maize": "no_rate"}),
            "its need is not known: rice (area not stated) and maize (no recommended rate)",
        ),
    ],
)
def test_what_is_not_known_of_it_is_told(left: LeftOut, told: str):
    assert told in sentence_of(words(), left)


def test_what_config_dropped_is_called_as_the_record_has_it_and_else_by_its_id():
    left = LeftOut("1", "Tengah", "guano", "no_need", notes={"durian": "no_rate"})
    kept = {"fertilizer": {"guano": {"en": "Guano", "id": "Guano"}}}
    told = sentence_of(Phrases(CATALOG, "en", kept), left)
    assert told.startswith("Tengah gets no guano: ")
    assert "durian" in told
