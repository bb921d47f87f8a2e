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
    f"{_SPEC}/cql2/1.0/conf/basic-spatial-functions-plus",
    f"{_SPEC}/cql2/1.0/conf/spatial-functions",
    f"{_SPEC}/cql2/1.0/conf/case-insensitive-comparison",
    f"{_SPEC}/cql2/1.0/conf/property-property",
)
COVERAGES = (
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/subsetting-spatial",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/subsetting-temporal",
    # By scale-size, scale-factor and scale-axes, as in the draft of 2024 and in GDAL.
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/scaling",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/field-selection",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/crs",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/geotiff",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/netcdf",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/coveragejson",
    f"{_SPEC}/ogcapi-coverages-1/1.0/conf/api-operations",
)
EDR = (
    f"{_SPEC}/ogcapi-edr-1/1.1/conf/core",
    f"{_SPEC}/ogcapi-edr-1/1.1/conf/collections",
    f"{_SPEC}/ogcapi-edr-1/1.1/conf/json",
    f"{_SPEC}/ogcapi-edr-1/1.1/conf/geojson",
    f"{_SPEC}/ogcapi-edr-1/1.1/conf/edr-geojson",
    f"{_SPEC}/ogcapi-edr-1/1.1/conf/covjson",
    f"{_SPEC}/ogcapi-edr-1/1.1/conf/oas30",
    f"{_SPEC}/ogcapi-edr-1/1.1/conf/queries",
)
MAPS = tuple(
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/{name}"
    for name in (
        *("core", "collection-map", "styled-map", "spatial-subsetting", "scaling", "crs", "background"),
        *("png", "jpeg", "tilesets"),
    )
)
TILES = (
    f"{_SPEC}/ogcapi-maps-1/1.0/conf/tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tileset",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tilesets-list",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/png",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/jpeg",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/mvt",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/oas30",
    f"{_SPEC}/tms/2.0/conf/tilematrixset",
    f"{_SPEC}/tms/2.0/conf/json-tilematrixset",
)
RECORDS = tuple(
    f"{_SPEC}/ogcapi-records-1/1.0/conf/{name}"
    for name in (
        *("record-core", "record-collection", "record-core-query-parameters", "records-api"),
        *("searchable-catalog", "searchable-catalog/sorting", "sorting", "json", "html", "oas30"),
    )
)
PROCESSES = (
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/ogc-process-description",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/json",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/job-list",
    f"{_SPEC}/ogcapi-processes-1/1.0/conf/dismiss",
)


CLASSES = tuple(sorted({*COMMON, *FEATURES, *COVERAGES, *EDR, *MAPS, *TILES, *PROCESSES, *RECORDS}))
