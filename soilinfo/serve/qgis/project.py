"""The QGIS project of a publication: every published layer, styled and with a legend, in one file."""

from collections.abc import Mapping

from soilinfo.catalog.names import HARMONIZED, HORIZONS, PROFILES, SITES
from soilinfo.report.qgis.layers import Relation
from soilinfo.report.qgis.project import Project
from soilinfo.serve.collections import Collection
from soilinfo.serve.qgis.groups import groups, groups_of_theme
from soilinfo.serve.qgis.part import Part

RELATIONS = (
    Relation(HORIZONS, "profile_id", PROFILES, "id"),
    Relation(HARMONIZED, "profile_id", PROFILES, "id"),
    Relation(PROFILES, "site_id", SITES, "id"),
)
"""Which tables of soil profiles belong together."""


def project(part: Part, collections: Mapping[str, Collection], theme: str | None = None) -> Project:
    """The project of a part or of one theme of it; UnknownNameError for an unknown theme."""
    site = part.site
    services, grid = site.catalog.services, site.catalog.grid
    about = [part.place.name] if part.place else []
    held = groups(part, collections) if theme is None else groups_of_theme(part, collections, theme)
    about += [site.say(f"theme.{theme}")] if theme else []
    return Project(
        id=site.catalog.country.id,
        title=" – ".join([site.title, *about]),
        abstract=f"{site.named(services.description)}\n\n{site.named(services.disclaimer)}",
        language=site.language,
        licence=services.licence,
        author=services.contact.organisation,
        crs=grid.crs,
        bounds=part.bounds,
        groups=held,
        relations=RELATIONS,
    )
