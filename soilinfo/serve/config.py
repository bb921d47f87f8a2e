"""pygeoapi's configuration, derived from the catalog and one snapshot; never written by hand."""

from collections.abc import Iterable, Mapping
from typing import Any

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import FINDINGS, HARMONIZED, MAP_AGREEMENT, components_of_map
from soilinfo.serve.agreement import agreement_of
from soilinfo.serve.collections import RASTERS, Collection, Source, lonlat_bounds
from soilinfo.serve.features.files import links as file_links
from soilinfo.serve.instants import interval
from soilinfo.serve.maps.links import links as map_links
from soilinfo.serve.systems import CRS84, offered
from soilinfo.store.shelf import size_of

Config = dict[str, Any]

COG_TYPE = "image/tiff; application=geotiff; profile=cloud-optimized"
GEOTIFF_TYPE = "image/tiff; application=geotiff"
"""Exactly what GDAL's OGCAPI driver looks for in a coverage link."""

RECORDS = "records"
"""The collection of the records of all that is published."""

DEFAULT_PAGE = 10
"""Features on a page when the client does not say."""

PROCESSES = {
    "atlas": "soilinfo.serve.processes.atlas.AtlasProcess",
    "best-crops": "soilinfo.serve.processes.best_crops.BestCrops",
    "compare-countries": "soilinfo.serve.processes.compare_countries.CompareCountries",
    "compare-scenarios": "soilinfo.serve.processes.compare_scenarios.CompareScenarios",
    "convert-observations": "soilinfo.serve.processes.convert_observations.ConvertObservations",
    "country-report": "soilinfo.serve.processes.country_report.CountryReportProcess",
    "explain-suitability": "soilinfo.serve.processes.explain_suitability.ExplainSuitability",
    "fact-sheet": "soilinfo.serve.processes.fact_sheet.FactSheet",
    "fertilizer-recommendation": (
        "soilinfo.serve.processes.fertilizer_recommendation.FertilizerRecommendation"
    ),
    "indicator": "soilinfo.serve.processes.indicator.IndicatorProcess",
    "overlay": "soilinfo.serve.processes.overlay.Overlay",
    "harmonize-profile": "soilinfo.serve.processes.harmonize_profile.HarmonizeProfile",
    "land-suitability": "soilinfo.serve.processes.land_suitability.LandSuitability",
    "pack": "soilinfo.serve.processes.pack.PackProcess",
    "soc-stock-change": "soilinfo.serve.processes.soc_stock_change.SocStockChange",
    "subsidy-allocation": "soilinfo.serve.processes.subsidy_allocation.SubsidyAllocation",
    "what-if": "soilinfo.serve.processes.what_if.WhatIfOfArea",
    "zonal-statistics": "soilinfo.serve.processes.zonal_statistics.ZonalStatistics",
    "land-zoning": "soilinfo.serve.processes.zoning.Zoning",
}


def configuration(source: Source, collections: Mapping[str, Collection], base_url: str) -> Config:
    """The configuration of a pygeoapi ``API`` that serves these collections at ``base_url``."""
    resources = {id_: _collection(collection, base_url) for id_, collection in collections.items()}
    return {
        "server": _server(source.catalog, base_url),
        "logging": {"level": "WARNING"},
        "metadata": _metadata(source.catalog, base_url),
        "resources": resources | {RECORDS: _records(source)} | _processes(source),
    }


def _server(catalog: Catalog, base_url: str) -> Config:
    return {
        "url": base_url,
        "languages": list(catalog.services.languages),
        # pygeoapi cuts the list of processes here and leads to no second page; all else counts by itself.
        "limits": {"default_items": len(PROCESSES), "max_items": catalog.services.limits.page_features},
    }


def _metadata(catalog: Catalog, base_url: str) -> Config:
    services = catalog.services
    who = services.contact
    return {
        "identification": {
            "title": dict(services.title),
            "description": dict(services.description),
            "keywords": list(services.keywords),
            "keywords_type": "theme",
            "terms_of_service": services.licence_url,
            "url": base_url,
        },
        "license": {"name": services.licence, "url": services.licence_url},
        "provider": {"name": who.organisation, "url": who.url},
        "contact": {"name": who.organisation, "email": who.email, "url": who.url},
    }


def _collection(collection: Collection, base_url: str) -> Config:
    return {
        "type": "collection",
        "title": dict(collection.title),
        "description": dict(collection.description),
        "keywords": {language: [word] for language, word in collection.keywords.items()},
        "links": list(_links(collection, base_url)),
        "extents": _extents(collection),
        "providers": providers(collection),
    }


def _records(source: Source) -> Config:
    """The catalogue of all that is published, itself a collection."""
    return {
        "type": "collection",
        "title": source.label("serve.records"),
        "description": source.label("serve.records.description"),
        "keywords": {code: [word] for code, word in source.label("serve.keyword.records").items()},
        "links": [],
        "extents": {"spatial": {"bbox": list(lonlat_bounds(source.catalog.grid)), "crs": CRS84.uri}},
        "providers": [
            {
                "type": "record",
                "name": "soilinfo.serve.records.provider.RecordProvider",
                "data": RECORDS,
                "id_field": "id",
            }
        ],
    }


def providers(collection: Collection) -> list[Config]:
    """pygeoapi's definition of each provider of a collection, in whatever version it is."""
    return [provider(collection) for provider in _PROVIDERS[collection.kind]]


def _features(collection: Collection) -> Config:
    level = collection.id in collection.catalog.every_level()
    return {
        "type": "feature",
        "name": "soilinfo.serve.features.provider.FeatureProvider",
        "data": collection,
        "id_field": "code" if level else "id",
        "crs": [system.uri for system in offered(collection.catalog)],
        "storage_crs": CRS84.uri,
    }


def _coverage(collection: Collection) -> Config:
    return {
        "type": "coverage",
        "name": "soilinfo.serve.coverages.provider.CoverageProvider",
        "data": collection,
        "format": {"name": "tiff", "mimetype": GEOTIFF_TYPE},
    }


def _map(collection: Collection) -> Config:
    return {
        "type": "map",
        "name": "soilinfo.serve.maps.provider.MapProvider",
        "data": collection,
        "format": {"name": "png", "mimetype": "image/png"},
    }


def _theme(collection: Collection) -> Config:
    return {"type": "edr", "name": "soilinfo.serve.edr.provider.ThemeProvider", "data": collection}


_PROVIDERS = {
    "raster": (_coverage, _map),
    "suitability": (_coverage, _map),
    "vector": (_features,),
    "theme": (_theme,),
}
"""What defines the providers of each kind of collection."""


def _links(collection: Collection, base_url: str) -> Iterable[Mapping[str, Any]]:
    services, words = collection.catalog.services, collection.source.label
    yield _link(
        "license", "text/html", services.licence_url, words("serve.link.licence", licence=collection.licence)
    )
    if collection.id != FINDINGS and FINDINGS in collection.source.snapshot.layers:
        about = "" if len(collection.versions) > 1 else f"?layer={collection.id}"
        href = f"{base_url}/collections/{FINDINGS}/items{about}"
        yield _link("quality", "application/geo+json", href, words("serve.link.findings"))
    if agreement_of(collection):
        href = f"{base_url}/collections/{MAP_AGREEMENT}/items?layer={collection.id}"
        yield _link("related", "application/geo+json", href, words("serve.link.agreement"))
    if collection.related:
        title = _title_of(collection.catalog, collection.related, collection.source)
        items = f"{base_url}/collections/{collection.related}/items"
        yield _link("related", "application/geo+json", items, title)
    if collection.id == HARMONIZED:
        yield _link("related", "application/json", f"{base_url}/equations", words("equation.list"))
    if collection.kind == "vector":
        yield from file_links(collection, base_url)
    if collection.kind in RASTERS:
        yield from map_links(collection, base_url)
    for key, each in collection.versions.items() if collection.kind in RASTERS else ():
        name, version = each.layer, each.version
        size = size_of(collection.store.cog_place(name, version))
        if size is not None:
            title = words("serve.link.cog", title=_title(collection, key))
            # Without a length pygeoapi asks the address for it, which is this very server.
            length = {"length": size}
            yield _link("enclosure", COG_TYPE, f"{base_url}/cog/{name}/{version}.tif", title) | length


def _title(collection: Collection, key: str) -> Mapping[str, str]:
    """Title of one version of a coverage: of its crop, where there is one for each."""
    return collection.title if collection.kind == "raster" else collection.catalog.crop(key).title


def _title_of(catalog: Catalog, name: str, source: Source) -> Mapping[str, str]:
    """Title of the polygons or components of a soil map."""
    if name in catalog.soil_maps:
        return catalog.soil_maps[name].title
    of = next(one for one in catalog.soil_maps.values() if components_of_map(one.id) == name)
    return source.label("serve.soil_map.components", title=of.title)


def _link(rel: str, media: str, href: str, title: Mapping[str, str]) -> Config:
    return {"rel": rel, "type": media, "href": href, "title": dict(title)}


def _extents(collection: Collection) -> Config:
    extents: Config = {"spatial": {"bbox": list(collection.bounds), "crs": CRS84.uri}}
    if collection.time:
        begin, end = interval(collection.time)
        extents["temporal"] = {"begin": begin, "end": end}
    return extents


def _processes(source: Source) -> Config:
    return {
        name: {"type": "process", "processor": {"name": path, "data": source}}
        for name, path in PROCESSES.items()
    }
