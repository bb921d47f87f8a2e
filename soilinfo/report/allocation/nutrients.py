"""What the fertilizers of a unit bring: the share of each nutrient that it needs, as a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from soilinfo.report.phrases import Phrases


def sentence_of(phrases: Phrases, name: str, met: Sequence[Mapping[str, Any]]) -> str:
    """'What Sukasari gets brings 68.9 % of the N and 68.3 % of the K2O that it needs.'

    ``met``: ``nutrient`` and ``need_met_pct``; one that is not known (None) is left out. Empty without any.
    """
    shares = [
        phrases.say(
            "allocation.nutrient",
            share=phrases.value(row["need_met_pct"], 1),
            nutrient=phrases.say(f"recommend.nutrient.{row['nutrient']}"),
        )
        for row in met
        if row["need_met_pct"] is not None
    ]
    return phrases.say("allocation.nutrients", unit=name, shares=phrases.listed(shares)) if shares else ""
