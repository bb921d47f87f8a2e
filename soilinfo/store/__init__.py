"""The store: raster cube with its COG twins, vector collections, and the ledger that publishes them."""

from soilinfo.store.cube import Cube, CubeLayer
from soilinfo.store.cube_writer import CubeWriter
from soilinfo.store.home import Store, open_store
from soilinfo.store.layout import Variable
from soilinfo.store.ledger import FindingRecord, Ledger, Run, Snapshot, Version
from soilinfo.store.vector import Query, VectorStore

__all__ = [
    "Cube",
    "CubeLayer",
    "CubeWriter",
    "FindingRecord",
    "Ledger",
    "Query",
    "Run",
    "Snapshot",
    "Store",
    "Variable",
    "VectorStore",
    "Version",
    "open_store",
]
