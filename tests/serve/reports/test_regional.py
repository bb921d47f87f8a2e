"""The files of a region are made once, for all who ask, and go with what they were made of."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from soilinfo.catalog.load import load
from soilinfo.serve.collections import Source
from soilinfo.serve.reports.regional import merged, sheets, written
from soilinfo.settings import Settings
from soilinfo.store.home import open_store


@pytest.mark.parametrize(
    "made",
    [
        merged,
        lambda source: written(source, "xlsx", "en"),
        lambda source: written(source, "pdf", "id"),
        lambda source: sheets(source, "en", "A4"),
    ],
    ids=["report", "xlsx", "pdf", "atlas"],
)
def test_what_is_made_of_a_region_is_made_once_and_kept_no_longer_than_its_source(
    hosting: Settings, made: Callable[[Source], Any]
):
    store = open_store(hosting)
    source = Source(store, load(hosting.config), store.ledger.current())
    assert made(source) is made(source)
    gone = weakref.ref(source)
    del source
    gc.collect()
    assert gone() is None
    store.close()
