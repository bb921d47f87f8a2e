"""Results are kept as long as what they are of."""

import gc
import weakref

import pytest

from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.past import collection_at
from soilinfo.store.home import Store


class Owner:
    pass


def test_a_result_is_made_once_for_each_owner_and_each_argument():
    made = []

    @kept_with_it(2)
    def tell(owner: Owner, about: str) -> str:
        made.append((owner, about))
        return about.upper()

    one, other = Owner(), Owner()
    assert [tell(one, "a"), tell(one, "a"), tell(other, "a"), tell(one, "b")] == ["A", "A", "A", "B"]
    assert made == [(one, "a"), (other, "a"), (one, "b")]
    tell(one, "c")
    tell(one, "a")
    assert made[3:] == [(one, "c"), (one, "a")], "the oldest of more than two is made again"


def test_what_failed_is_asked_again():
    @kept_with_it(2)
    def fail(_: Owner) -> None:
        raise LookupError

    owner = Owner()
    for _ in range(2):
        with pytest.raises(LookupError):
            fail(owner)


def test_a_publication_that_was_asked_for_the_past_is_not_kept_for_ever(
    nation_store: Store, published: dict[str, Collection]
):
    like = published["regencies"].source
    source = Source(nation_store, like.catalog, like.snapshot)
    version = source.snapshot.layers["regencies"]
    assert collection_at(source, "regencies", version) is collection_at(source, "regencies", version)
    gone = weakref.ref(source)
    del source
    gc.collect()
    assert gone() is None
