"""Whose the soil profiles are that the public sees, and on which terms."""

from collections.abc import Iterable

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.soil_profiles import SoilProfiles


def shared(catalog: Catalog) -> list[SoilProfiles]:
    """The datasets of which the public sees anything."""
    return [one for one in catalog.soil_profiles.values() if _is_shared(one)]


def _is_shared(dataset: SoilProfiles) -> bool:
    return any(each.share != "nothing" for each in (dataset.privacy, *dataset.projects.values()))


def attribution(datasets: Iterable[SoilProfiles]) -> str:
    """Whom to name, each once."""
    return _each(one.attribution for one in datasets)


def licence(datasets: Iterable[SoilProfiles]) -> str:
    """The licences, each once."""
    return _each(one.licence for one in datasets)


def _each(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))
