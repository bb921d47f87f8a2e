"""What slow clients keep a server holding stays within a budget."""

from soilinfo.serve.delivery.extensions import DROP
from soilinfo.serve.delivery.held import Held


def test_when_too_much_is_held_who_has_kept_it_longest_is_dropped():
    held, dropped = Held(100), []

    def request(name: str) -> dict[str, object]:
        return {"extensions": {DROP: lambda: dropped.append(name)}}

    with held.held(request("first")) as first, held.held(request("second")) as second:
        first(60)
        second(30)
        assert dropped == []
        with held.held(request("third")) as third:
            third(50)
            assert (dropped, held.bytes) == (["first"], 80)
        assert held.bytes == 30
    assert held.bytes == 0


def test_what_still_comes_of_who_was_dropped_counts_nothing():
    held = Held(10)
    with held.held({}) as first, held.held({}) as second:
        first(6)
        second(6)
        first(1)
        assert held.bytes == 6
    assert held.bytes == 0


def test_who_came_last_is_never_dropped_for_being_large():
    held, dropped = Held(100), []
    with held.held({"extensions": {DROP: lambda: dropped.append("only")}}) as grow:
        grow(1000)
        grow(1000)
    assert (dropped, held.bytes) == ([], 0)
