"""What a country report may say was found: a closed set of codes, each with what its text is filled with."""

from typing import ClassVar, Final

from soilinfo.report.coded import Coded, Texts

TEXTS: Final[Texts] = {
    # indicators
    "other_depth": ("indicator", "wanted_cm", "layer_cm"),
    "depth_unknown": ("indicator", "wanted_cm"),
    "no_uncertainty": ("indicators",),
    "land_unknown": ("indicators",),
    "older_than_period": ("indicator", "years", "period"),
    # land degradation
    "no_land_layers": (),
    "sub_indicators_lacking": ("lacking",),
    "no_baseline": (),
    "carbon_maps_unused": ("years", "layers"),
    # statements
    "no_statements": (),
    "external_links": (),
    "few_experts": ("experts",),
    "threats_not_ranked": ("threats",),
    "threats_without_area": ("threats",),
    "ranks_incomplete": ("expert", "threats"),
    "ranks_tied": ("expert", "threats"),
    "questions_unanswered": ("unanswered", "questions"),
    "experts_agree": ("kendalls_w", "rankings"),
    "agreement_unknown": ("rankings",),
    "areas_overlap": ("share_pct",),
    # the whole report
    "synthetic": (),
}


class ReportFinding(Coded):
    """What checks found, and what readers must know."""

    texts: ClassVar[Texts] = TEXTS
