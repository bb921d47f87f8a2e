"""A threat to soils as a country reports it."""

from soilinfo.catalog.bounds import Several
from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.statements import Expert as Expert
from soilinfo.catalog.threats import Condition, Sureness, Trend
from soilinfo.report.country.consistency import check_places
from soilinfo.report.country.quantities import Number, check_land


class ReportedThreat(Model):
    """One of the ten threats: what experts say of it, what maps say, and how far both agree."""

    id: Name
    title: Label
    experts: Several[Expert]
    mean_rank: Number
    """Of the experts who ranked it."""
    rank: Number
    """Place by mean rank among the threats ranked; those alike share the mean of their places."""
    area_ha: Number
    """Median of the areas that experts entered; areas of threats overlap, and do not add up."""
    area_rank: Number
    mapped_ha: Number
    """Affected land by the indicator that maps it."""
    mapped_by: Name | None
    share_pct: Number
    """``area_ha`` in percent of the nation's land."""
    condition: Condition | None
    trend: Trend | None
    confidence_condition: Sureness | None
    confidence_trend: Sureness | None
    agreement: Number
    """Spread of the experts' ranks, in places (standard deviation); None of fewer than two."""
    notes: Several[Label] = ()
    """Ties, gaps, overlaps and disagreement, in words."""

    def check(self, land_ha: float, count: int) -> None:
        """ValueError for an area beyond the nation's land, or a place that is none among so many threats."""
        said = {f"{each.expert}: area_ha": each.area_ha for each in self.experts}
        told = {"area_ha": self.area_ha, "mapped_ha": self.mapped_ha}
        check_land(land_ha, **{f"'{self.id}': {name}": ha for name, ha in (said | told).items()})
        ranks = self.rank, self.area_rank, self.mean_rank, *(each.rank for each in self.experts)
        check_places(f"'{self.id}'", ranks, count)
