"""Features in the OpenAPI document."""

from soilinfo.catalog.models import Catalog
from soilinfo.serve.collections import Collection
from soilinfo.serve.documents.openapi_parts import HERE, Part, get, parameter, parameters
from soilinfo.serve.features.files import ITEM_FORMATS, ITEMS_FORMATS
from soilinfo.serve.features.query import queryables
from soilinfo.serve.parameters import ITEM, ITEMS
from soilinfo.serve.systems import CRS84, offered


def paths(collection: Collection) -> Part:
    """The addresses of the features of a vector collection."""
    columns = collection.store.vector.fields(collection.id, collection.version)
    conditions = [parameter(name, {"type": kind}) for name, kind in queryables(collection, columns).items()]
    systems = _systems(collection.catalog)
    own = [*conditions, *systems, parameter("cursor", {"type": "string"})]
    item = parameter("item", {"type": "string"}, where="path")
    described = parameters(("lang", "version"), ("json", "html"))
    one = [item, *parameters(ITEM, ITEM_FORMATS, [each for each in systems if each["name"] == "crs"])]
    return {
        f"{HERE}/queryables": get(
            "Queryables", described, "application/schema+json", "text/html", schema="jsonSchema"
        ),
        f"{HERE}/items": get(
            "Features",
            parameters(ITEMS, ITEMS_FORMATS, own),
            *(each[0] for each in ITEMS_FORMATS.values()),
            schema="featureCollection",
        ),
        f"{HERE}/items/{{item}}": get(
            "One feature", one, *(each[0] for each in ITEM_FORMATS.values()), schema="feature"
        ),
    }


def _systems(catalog: Catalog) -> list[Part]:
    """The parameters that name a reference system; the offered ones are those of the country."""
    schema = {"type": "string", "enum": [each.uri for each in offered(catalog)], "default": CRS84.uri}
    return [parameter(name, schema) for name in ("crs", "bbox-crs", "filter-crs")]
