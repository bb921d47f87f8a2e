"""By what land degradation was measured: which sub-indicators, and carbon by maps or by factors."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from soilinfo.catalog.land_degradation import LandDegradation
from soilinfo.catalog.text import in_language, label

SubIndicator = Literal["cover", "productivity", "maps", "factors"]
"""Land cover, land productivity, and carbon: of two maps of it, or by the factors of land uses."""


@dataclass(frozen=True)
class DegradationMethod:
    """The sub-indicators that there are layers of, in each period; of a baseline none where there is none."""

    reporting: tuple[SubIndicator, ...]
    baseline: tuple[SubIndicator, ...] = ()

    @property
    def group(self) -> str:
        """Values compare within it: 'one_out_all_out.cover_productivity_factors'.

        A baseline that was measured by the same is not named.
        """
        parts = ["one_out_all_out", "_".join(self.reporting)]
        if self.baseline != self.reporting:
            parts.append("_".join(("baseline", *self.baseline)) if self.baseline else "no_baseline")
        return ".".join(parts)

    def title(self, directory: Path | None = None) -> dict[str, str]:
        """What it is called, by language."""
        kind = "same" if self.baseline == self.reporting else "other" if self.baseline else "none"
        baseline = label(f"degradation.baseline.{kind}", directory)
        own, before = (_listed(parts, directory) for parts in (self.reporting, self.baseline))
        return {
            language: text.format(
                parts=own[language], baseline=baseline[language].format(parts=before[language])
            )
            for language, text in label("degradation.method", directory).items()
        }

    def told(self, rules: LandDegradation, directory: Path | None = None) -> dict[str, str]:
        """The same with the limits of the rules, and the climate where factors of it are used."""
        of_climate = "factors" in (*self.reporting, *self.baseline)
        texts = label("degradation.method.climate" if of_climate else "degradation.method.limits", directory)
        climate = rules.climates[rules.climate].title
        limits = {"change": f"{rules.soc_change_pct:g}", "peat": f"{rules.peat_thickness_cm:g}"}
        return {
            language: texts[language].format(method=title, climate=in_language(climate, language), **limits)
            for language, title in self.title(directory).items()
        }


def _listed(parts: Sequence[SubIndicator], directory: Path | None) -> Mapping[str, str]:
    titles = [label(f"degradation.part.{part}", directory) for part in parts]
    return {
        language: ", ".join(title[language] for title in titles)
        for language in label("degradation.method", directory)
    }


def degradation_methods() -> Iterator[DegradationMethod]:
    """Every one that there can be."""
    measured = [*_measured()]
    for reporting, baseline in product(measured, [(), *measured]):
        yield DegradationMethod(reporting, baseline)


def _measured() -> Iterator[tuple[SubIndicator, ...]]:
    """What a period can be measured by: factors go with land cover, unless there are maps."""
    for productivity in ((), ("productivity",)):
        yield from (("cover", *productivity, carbon) for carbon in ("factors", "maps"))
        yield (*productivity, "maps")
    yield ("productivity",)
