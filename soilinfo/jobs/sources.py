"""Where the sources that config names can be read: here, also those of other machines."""

from soilinfo.catalog.load import path_of
from soilinfo.catalog.models import Catalog
from soilinfo.ingest.remote import address_of, fetch
from soilinfo.store.home import Store


def readable(store: Store, catalog: Catalog, source: str) -> str:
    """The path, or GDAL's name, at which a source named in config can be read on this machine.

    A source on another machine is brought into the store's directory first, unless it is unchanged
    since the last time. Raises SourceError when that fails.
    """
    named = path_of(catalog, source)
    address = address_of(named)
    return named if address is None else str(fetch(address, store.directory / "sources"))
