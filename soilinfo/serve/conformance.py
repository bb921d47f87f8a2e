"""The conformance classes that are true of this server; pygeoapi would declare more, and leave some out."""

_SPEC = "http://www.opengis.net/spec"

COMMON = (
    f"{_SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/landing-page",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/json",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-common-2/1.0/conf/collections",
)
FEATURES = (
    f"{_SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{_SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    # Without these two QGIS from 3.32 on downloads everything instead of sending its filter.
    f"{_SPEC}/ogcapi-features-3/1.0/conf/filter",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/features-filter",
    f"{_SPEC}/ogcapi-common-3/1.0/conf/schemas",
    f"{_SPEC}/cql2/1.0/conf/cql2-text",
    f"{_SPEC}/cql2/1.0/conf/cql2-json",
    f"{_SPEC}/cql2/1.0/conf/basic-cql2",
    f"{_SPEC}/cql2/1.0/conf/advanced-comparison-operators",
    f"{_SPEC}/cql2/1.0/conf/basic-spatial-functions",
)
COVERAGES = (
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/geodata-coverage",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/coverage-subset",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/coverage-rangesubset",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/coverage-bbox",
)
MAPS = (f"{_SPEC}/ogcapi-maps-1/1.0/conf/core", f"{_SPEC}/ogcapi-maps-1/1.0/conf/png")
TILES = (
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tileset",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tilesets-list",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/png",
    f"{_SPEC}/tms/2.0/conf/tilematrixset",
    f"{_SPEC}/tms/2.0/conf/json-tilematrixset",
)
PROCESSES = (
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/ogc-process-description",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/json",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/job-list",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/dismiss",
)


CLASSES = tuple(sorted((*COMMON, *FEATURES, *COVERAGES, *MAPS, *TILES, *PROCESSES)))
