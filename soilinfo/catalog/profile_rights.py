"""Whose the soil profiles are that the public sees, and on which terms."""

from collections.abc import Iterable, Mapping
from typing import Any

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.soil_profiles import Privacy, SoilProfiles

_RANKS = {"nothing": 0, "locations": 1, "all": 2}
"""How much of a profile the public sees, by ``share``."""


def shared(catalog: Catalog) -> list[SoilProfiles]:
    """The datasets of which the public sees anything."""
    return [one for one in catalog.soil_profiles.values() if _is_shared(one)]


def _is_shared(dataset: SoilProfiles) -> bool:
    return any(each.share != "nothing" for each in (dataset.privacy, *dataset.projects.values()))


def shows_more(catalog: Catalog, said: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether what was made as owners ``said`` shows more of any profile than they allow today.

    ``said``: dataset -> its ``privacy`` and ``projects`` as config had them. A dataset that config has no
    more is allowed to nobody.
    """
    return any(
        dataset not in catalog.soil_profiles or _is_looser(then, catalog.soil_profiles[dataset])
        for dataset, then in said.items()
    )


def _is_looser(then: Mapping[str, Any], now: SoilProfiles) -> bool:
    before = {name: Privacy(**each) for name, each in then["projects"].items()}
    default = Privacy(**then["privacy"])
    pairs = [(before.get(one, default), now.privacy_of(one)) for one in {*before, *now.projects}]
    return any(_shows_more(*pair) for pair in [(default, now.privacy), *pairs])


def _shows_more(then: Privacy, now: Privacy) -> bool:
    is_placed = then.share != "nothing"
    return _RANKS[then.share] > _RANKS[now.share] or (is_placed and then.blur_m < now.blur_m)


def attribution(datasets: Iterable[SoilProfiles]) -> str:
    """Whom to name, each once."""
    return _each(one.attribution for one in datasets)


def licence(datasets: Iterable[SoilProfiles]) -> str:
    """The licences, each once."""
    return _each(one.licence for one in datasets)


def _each(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))
